//!POPCORN leaderboard transpose-cuda
//!POPCORN gpu H100
// Correct and plain: a thread for each number, which reads along rows and writes along columns.

#include "task.h"

__global__ void transpose(const float* from, float* to, int rows, int columns) {
    const int column = blockIdx.x * blockDim.x + threadIdx.x;
    const int row = blockIdx.y * blockDim.y + threadIdx.y;
    if (row < rows && column < columns) to[static_cast<size_t>(column) * rows + row] = from[static_cast<size_t>(row) * columns + column];
}

void custom_kernel(const float* from, float* to, int rows, int columns) {
    const dim3 block(32, 8);
    const dim3 grid((columns + block.x - 1) / block.x, (rows + block.y - 1) / block.y);
    transpose<<<grid, block>>>(from, to, rows, columns);
}
