//!POPCORN leaderboard prefix-sum
//!POPCORN gpu CPU
// Correct and plain: each addition waits for the one before.

#include "task.h"

void custom_kernel(const float* numbers, float* sums, std::size_t n) {
    float sum = 0;
    for (std::size_t at = 0; at < n; at++) {
        sum += numbers[at];
        sums[at] = sum;
    }
}
