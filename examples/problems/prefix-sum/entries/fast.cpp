//!POPCORN leaderboard prefix-sum
//!POPCORN gpu CPU
// Four numbers at a time: their own sums in two steps, which wait for nothing, then what came before is added to all four.

#include <cstring>

#include "task.h"

using Four = float __attribute__((vector_size(16)));
using Places = int __attribute__((vector_size(16)));

void custom_kernel(const float* numbers, float* sums, std::size_t n) {
    const Four none = {};
    Four before = {};
    std::size_t at = 0;
    for (; at + 4 <= n; at += 4) {
        Four four;
        std::memcpy(&four, numbers + at, sizeof four);
        four += __builtin_shuffle(none, four, Places{0, 4, 5, 6});
        four += __builtin_shuffle(none, four, Places{0, 0, 4, 5});
        const Four here = before + four;
        std::memcpy(sums + at, &here, sizeof here);
        before += __builtin_shuffle(four, Places{3, 3, 3, 3});
    }
    for (float sum = before[0]; at < n; at++) sums[at] = sum += numbers[at];
}
