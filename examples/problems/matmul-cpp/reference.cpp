#include "reference.h"

#include <cstddef>

#include "task.h"

namespace {

// SplitMix64 (Steele, Lea and Flood 2014): the same on every machine, which no distribution of <random> promises.
class Numbers {
public:
    explicit Numbers(std::uint64_t seed) : state(seed) {}

    // -8 to 8. A sum of 65,536 products of two such numbers is still exact in a float.
    float next() {
        std::uint64_t z = state += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return static_cast<float>(static_cast<int>((z ^ (z >> 31)) % 17) - 8);
    }

private:
    std::uint64_t state;
};

}  // namespace

std::string refusal(const Arguments& arguments) {
    for (const char* size : {"m", "k", "n"})
        if (!arguments.contains(size) || arguments.at(size) < 1 || arguments.at(size) > 4096) return "m, k and n must be 1 to 4096";
    return arguments.size() == 4 ? "" : "there must be m, k, n, seed and nothing else";
}

Input generate_input(const Arguments& arguments, std::uint64_t seed) {
    const int m = int(arguments.at("m")), k = int(arguments.at("k")), n = int(arguments.at("n"));
    Input input{m, k, n, std::vector<float>(std::size_t(m) * k), std::vector<float>(std::size_t(k) * n)};
    Numbers numbers(seed);
    for (float& number : input.a) number = numbers.next();
    for (float& number : input.b) number = numbers.next();
    return input;
}

std::vector<Number> reference_answer(const Input& input) {
    std::vector<Number> c(std::size_t(input.m) * input.n, 0.0f);
    for (int row = 0; row < input.m; row++)
        for (int inner = 0; inner < input.k; inner++) {
            const float factor = input.a[std::size_t(row) * input.k + inner];
            for (int column = 0; column < input.n; column++)
                c[std::size_t(row) * input.n + column] += factor * input.b[std::size_t(inner) * input.n + column];
        }
    return c;
}

void run_entry(const Input& input, std::vector<Number>& answer) {
    custom_kernel(input.a.data(), input.b.data(), answer.data(), input.m, input.k, input.n);
}

std::string check(const Input& input, const std::vector<Number>& expected, const std::vector<Number>& got) {
    for (std::size_t at = 0; at < expected.size(); at++)
        // Written so that NaN, which is what the harness fills the answer with, never matches.
        if (!(got[at] == expected[at]))
            return "row " + std::to_string(at / input.n) + ", column " + std::to_string(at % input.n) + " is "
                + std::to_string(got[at]) + ", not " + std::to_string(expected[at]);
    return "";
}
