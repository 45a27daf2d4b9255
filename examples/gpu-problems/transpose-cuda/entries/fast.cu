//!POPCORN leaderboard transpose-cuda
//!POPCORN gpu H100
// Tiles of 32 by 32 are turned in shared memory, so that reads and writes both go along rows; one more column in the tile keeps
// the threads of a warp out of each other's memory banks.

#include "task.h"

constexpr int tile = 32, height = 8;

__global__ void transpose(const float* __restrict__ from, float* __restrict__ to, int rows, int columns) {
    __shared__ float numbers[tile][tile + 1];
    const int left = blockIdx.x * tile, top = blockIdx.y * tile;
    for (int step = threadIdx.y; step < tile; step += height) {
        const int row = top + step, column = left + threadIdx.x;
        if (row < rows && column < columns) numbers[step][threadIdx.x] = from[static_cast<size_t>(row) * columns + column];
    }
    __syncthreads();
    for (int step = threadIdx.y; step < tile; step += height) {
        const int row = left + step, column = top + threadIdx.x;
        if (row < columns && column < rows) to[static_cast<size_t>(row) * rows + column] = numbers[threadIdx.x][step];
    }
}

void custom_kernel(const float* from, float* to, int rows, int columns) {
    const dim3 grid((columns + tile - 1) / tile, (rows + tile - 1) / tile);
    transpose<<<grid, dim3(tile, height)>>>(from, to, rows, columns);
}
