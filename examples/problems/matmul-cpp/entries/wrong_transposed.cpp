//!POPCORN leaderboard matmul-cpp
//!POPCORN gpu CPU
// Fails in the tests: reads b column by column.

#include "task.h"

void custom_kernel(const float* a, const float* b, float* c, int m, int k, int n) {
    for (int row = 0; row < m; row++)
        for (int column = 0; column < n; column++) {
            float sum = 0;
            for (int inner = 0; inner < k; inner++) sum += a[row * k + inner] * b[column * k + inner];
            c[row * n + column] = sum;
        }
}
