//!POPCORN leaderboard prefix-sum
//!POPCORN gpu CPU

#include "task.h"

void custom_kernel(const float* numbers, float* sums, std::size_t n) {
}
