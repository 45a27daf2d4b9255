// The harness: `eval.out MODE CASEFILE` runs the entry on every case and writes what it found to POPCORN_FD.
//
// It knows no contest: reference.h of each says what a case holds, how an input is made and what is right.
//
// Exit codes: 0 all well, 2 wrong usage, 111 no POPCORN_FD, 112 the entry failed, 113 a case that cannot be read.
// It shares the entry's process, so what it writes is the entry's own claim; boards show it as self-reported.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "reference.h"

namespace {

constexpr int exit_usage = 2, exit_no_pipe = 111, exit_failed = 112, exit_bad_case = 113;
constexpr int most_repeats = 100, fewest_repeats = 3;
constexpr double enough_relative_error = 0.001;

// Every repeat of a ranked run has an input of its own, so that no answer can be kept from one to the next.
constexpr std::uint64_t seed_step = 13;

using Clock = std::chrono::steady_clock;

struct BadCase : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct Case {
    std::string line;
    Arguments arguments;
    std::uint64_t seed;

    Input input(std::uint64_t step = 0) const { return generate_input(arguments, seed + seed_step * step); }
};

// The lines that the judge reads.
class Verdict {
public:
    explicit Verdict(int descriptor) : pipe(fdopen(descriptor, "w")) {}

    bool is_open() const { return pipe != nullptr; }

    void write(const std::string& key, const std::string& value) const {
        std::fprintf(pipe, "%s: %s\n", key.c_str(), value.c_str());
        std::fflush(pipe);
    }

    void write(const std::string& key, double value) const {
        std::fprintf(pipe, "%s: %.17g\n", key.c_str(), value);
        std::fflush(pipe);
    }

private:
    std::FILE* pipe;
};

// One number from two: no other pair gives the same for this case.
std::uint64_t mixed(std::uint64_t case_seed, std::uint64_t run_seed) {
    const std::uint64_t sum = case_seed + run_seed;
    return case_seed + (sum % 2 == 0 ? sum / 2 * (sum + 1) : (sum + 1) / 2 * sum);
}

Case read_case(const std::string& line, std::optional<std::uint64_t> run_seed) {
    Arguments arguments;
    for (std::size_t start = 0; start <= line.size();) {
        const std::size_t end = std::min(line.find(';', start), line.size());
        const std::string part = line.substr(start, end - start);
        char name[16];
        unsigned long value = 0;
        int used = 0;
        if (std::sscanf(part.c_str(), " %15[a-z]: %9lu %n", name, &value, &used) != 2 || std::size_t(used) != part.size())
            throw BadCase("cannot read '" + part + "' in the case '" + line + "'");
        arguments[name] = value;
        start = end + 1;
    }
    if (!arguments.contains("seed")) throw BadCase("a case needs a seed, which '" + line + "' has not");
    if (const std::string error = refusal(arguments); !error.empty()) throw BadCase(error + " in '" + line + "'");
    const std::uint64_t seed = run_seed ? mixed(arguments["seed"], *run_seed) : arguments["seed"];
    return {line, arguments, seed};
}

std::vector<Case> read_cases(const std::string& path) {
    const char* seed = std::getenv("POPCORN_SEED");
    const std::optional<std::uint64_t> run_seed = seed && *seed ? std::optional(std::strtoull(seed, nullptr, 10)) : std::nullopt;
    std::ifstream file(path);
    if (!file) throw BadCase("cannot read the cases in '" + path + "'");
    std::vector<Case> cases;
    for (std::string line; std::getline(file, line);) cases.push_back(read_case(line, run_seed));
    return cases;
}

// Nanoseconds of one call, and what is wrong with its answer.
std::pair<double, std::string> timed_call(const Input& input, const std::vector<Number>& expected) {
    std::vector<Number> answer(expected.size(), no_number);
    try {
        const auto start = Clock::now();
        run_entry(input, answer);
        const double time = std::chrono::duration<double, std::nano>(Clock::now() - start).count();
        return {time, check(input, expected, answer)};
    } catch (const std::exception& error) {
        return {0, std::string("the entry threw ") + error.what()};
    } catch (...) {
        return {0, "the entry threw something that is no exception"};
    }
}

std::string one_call(const Case& one) {
    const Input input = one.input();
    return timed_call(input, reference_answer(input)).second;
}

bool run_tests(const Verdict& verdict, const std::vector<Case>& cases) {
    verdict.write("test-count", std::to_string(cases.size()));
    bool passed = true;
    for (std::size_t number = 0; number < cases.size(); number++) {
        const std::string key = "test." + std::to_string(number);
        verdict.write(key + ".spec", cases[number].line);
        const std::string error = one_call(cases[number]);
        verdict.write(key + ".status", error.empty() ? "pass" : "fail");
        if (!error.empty()) verdict.write(key + ".error", error);
        passed &= error.empty();
    }
    return passed;
}

struct Summary {
    double mean, std, err;

    // std with n - 1, err is the standard error of the mean.
    explicit Summary(const std::vector<double>& times) {
        const double count = double(times.size());
        mean = std::accumulate(times.begin(), times.end(), 0.0) / count;
        double squares = 0;
        for (const double time : times) squares += (time - mean) * (time - mean);
        std = std::sqrt(squares / (count - 1));
        err = std / std::sqrt(count);
    }
};

// Times of calls whose answers were right, or the first error. Every answer is checked, in both modes.
std::string measure(const Case& one, bool ranked, std::vector<double>& times) {
    const auto give_up = Clock::now() + std::chrono::milliseconds(ranked ? 800 : 500);
    Input input = one.input();
    std::vector<Number> expected = reference_answer(input);
    while (times.size() < most_repeats) {
        if (ranked) {
            input = one.input(times.size() + 1);
            expected = reference_answer(input);
        }
        const auto [time, error] = timed_call(input, expected);
        if (!error.empty()) return error;
        times.push_back(time);
        if (times.size() < fewest_repeats) continue;
        const Summary so_far(times);
        if (Clock::now() >= give_up || so_far.err <= enough_relative_error * so_far.mean) break;
    }
    return "";
}

bool run_benchmarks(const Verdict& verdict, const std::vector<Case>& cases, bool ranked) {
    verdict.write("benchmark-count", std::to_string(cases.size()));
    // Warm-up.
    std::string error = cases.empty() ? "" : one_call(cases[0]);
    for (std::size_t number = 0; number < cases.size(); number++) {
        const std::string key = "benchmark." + std::to_string(number);
        verdict.write(key + ".spec", cases[number].line);
        std::vector<double> times;
        if (error.empty()) error = measure(cases[number], ranked, times);
        if (!error.empty()) {
            verdict.write(key + ".status", "fail");
            verdict.write(key + ".error", error);
            return false;
        }
        const Summary found(times);
        verdict.write(key + ".runs", std::to_string(times.size()));
        verdict.write(key + ".mean", found.mean);
        verdict.write(key + ".std", found.std);
        verdict.write(key + ".err", found.err);
        verdict.write(key + ".best", *std::min_element(times.begin(), times.end()));
        verdict.write(key + ".worst", *std::max_element(times.begin(), times.end()));
    }
    return true;
}

// One call of each case, for a profiler that watches from outside.
bool run_profile(const Verdict& verdict, const std::vector<Case>& cases) {
    verdict.write("benchmark-count", std::to_string(cases.size()));
    for (std::size_t number = 0; number < cases.size(); number++) {
        verdict.write("benchmark." + std::to_string(number) + ".spec", cases[number].line);
        const std::string error = one_call(cases[number]);
        if (error.empty()) continue;
        verdict.write("benchmark." + std::to_string(number) + ".error", error);
        return false;
    }
    return true;
}

}  // namespace

int main(int count, char** arguments) {
    const std::string mode = count == 3 ? arguments[1] : "";
    if (mode != "test" && mode != "benchmark" && mode != "leaderboard" && mode != "profile") {
        std::fprintf(stderr, "usage: eval.out test|benchmark|leaderboard|profile CASEFILE\n");
        return exit_usage;
    }
    const char* descriptor = std::getenv("POPCORN_FD");
    const Verdict verdict(descriptor ? std::atoi(descriptor) : -1);
    if (!verdict.is_open()) {
        std::fprintf(stderr, "POPCORN_FD must be the number of an open descriptor\n");
        return exit_no_pipe;
    }
    try {
        const std::vector<Case> cases = read_cases(arguments[2]);
        const bool passed = mode == "test" ? run_tests(verdict, cases)
            : mode == "profile"            ? run_profile(verdict, cases)
                                           : run_benchmarks(verdict, cases, mode == "leaderboard");
        verdict.write("check", passed ? "pass" : "fail");
        return passed ? 0 : exit_failed;
    } catch (const BadCase& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return exit_bad_case;
    }
}
