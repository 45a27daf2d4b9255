// Makes the inputs, knows the answers, compares.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

struct Input {
    int m, k, n;
    std::vector<float> a, b;
};

// The same arguments always give the same numbers.
Input generate_input(int m, int k, int n, std::uint64_t seed);

// Plain: it is what is right.
std::vector<float> reference_product(const Input& input);

// What is wrong with an answer; empty if nothing is.
std::string check(const Input& input, const std::vector<float>& expected, const std::vector<float>& got);
