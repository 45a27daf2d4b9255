// Makes the inputs, knows the answers, compares: what the harness has to be told about this contest.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

// Of a case, by name.
using Arguments = std::map<std::string, std::uint64_t>;

// What an answer consists of, and what stands there before the call.
using Number = float;
constexpr Number no_number = std::numeric_limits<float>::quiet_NaN();

struct Input {
    std::vector<float> numbers;
};

// What is wrong with a case; empty if nothing is.
std::string refusal(const Arguments& arguments);

// The same arguments always give the same numbers.
Input generate_input(const Arguments& arguments, std::uint64_t seed);

// Plain: it is what is right.
std::vector<Number> reference_answer(const Input& input);

// One call of the entry.
void run_entry(const Input& input, std::vector<Number>& answer);

// What is wrong with an answer; empty if nothing is.
std::string check(const Input& input, const std::vector<Number>& expected, const std::vector<Number>& got);
