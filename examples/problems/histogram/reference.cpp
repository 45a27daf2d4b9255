#include "reference.h"

#include <cstddef>

#include "task.h"

std::string refusal(const Arguments& arguments) {
    if (!arguments.contains("n") || arguments.at("n") < 1 || arguments.at("n") > 50'000'000) return "n must be 1 to 50000000";
    if (!arguments.contains("skew") || arguments.at("skew") > 100) return "skew must be 0 to 100";
    return arguments.size() == 3 ? "" : "there must be n, skew, seed and nothing else";
}

Input generate_input(const Arguments& arguments, std::uint64_t seed) {
    Input input{std::vector<std::uint8_t>(arguments.at("n"))};
    const std::uint64_t skew = arguments.at("skew");
    // A 64-bit linear congruential generator (Knuth's MMIX constants), of which the upper bits are good enough here.
    std::uint64_t state = seed;
    const auto next = [&state](std::uint64_t limit) { return ((state = state * 6364136223846793005 + 1442695040888963407) >> 33) % limit; };
    const std::uint64_t often = next(BINS);
    for (std::uint8_t& value : input.values) value = static_cast<std::uint8_t>(next(100) < skew ? often : next(BINS));
    return input;
}

std::vector<Number> reference_answer(const Input& input) {
    std::vector<Number> counts(BINS, 0);
    for (const std::uint8_t value : input.values) counts[value]++;
    return counts;
}

void run_entry(const Input& input, std::vector<Number>& answer) {
    custom_kernel(input.values.data(), answer.data(), input.values.size());
}

std::string check(const Input&, const std::vector<Number>& expected, const std::vector<Number>& got) {
    for (std::size_t value = 0; value < expected.size(); value++)
        if (got[value] != expected[value])
            return "there are " + std::to_string(expected[value]) + " of " + std::to_string(value) + ", not " + std::to_string(got[value]);
    return "";
}
