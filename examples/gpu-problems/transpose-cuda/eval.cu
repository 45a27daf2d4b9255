// The harness: `eval.out MODE CASEFILE` runs the entry on every case and writes what it found to POPCORN_FD.
//
// Exit codes: 0 all well, 2 wrong usage, 110 a CUDA call failed, 111 no POPCORN_FD, 112 the entry failed, 113 a case that cannot be read.
// It shares the entry's process, so what it writes is the entry's own claim; boards show it as self-reported.
//
// A call's time ends when the whole device has nothing left to do, by the host's clock: work on another stream counts, too.

#include <cuda_runtime.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "task.h"

namespace {

constexpr int exit_usage = 2, exit_cuda = 110, exit_no_pipe = 111, exit_failed = 112, exit_bad_case = 113;
constexpr int most_repeats = 100, fewest_repeats = 3, warm_ups = 3;
constexpr double enough_relative_error = 0.01;

// Every repeat of a ranked run has an input of its own, so that no answer can be kept from one to the next.
constexpr std::uint64_t seed_step = 13;

// More than the second-level cache of any GPU there is.
constexpr std::size_t sweep_bytes = std::size_t(256) << 20;

using Clock = std::chrono::steady_clock;

struct BadCase : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct CudaError : std::runtime_error {
    CudaError(const char* what, cudaError_t error) : std::runtime_error(std::string(what) + ": " + cudaGetErrorString(error)) {}
};

void must(cudaError_t error, const char* what) {
    if (error != cudaSuccess) throw CudaError(what, error);
}

// Memory of the GPU.
template <typename T>
class Buffer {
public:
    explicit Buffer(std::size_t count) : count(count) { must(cudaMalloc(&data, count * sizeof(T)), "cudaMalloc"); }
    ~Buffer() { cudaFree(data); }
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;

    T* get() const { return data; }
    void fill(int byte) { must(cudaMemset(data, byte, count * sizeof(T)), "cudaMemset"); }
    void put(const std::vector<T>& from) { must(cudaMemcpy(data, from.data(), count * sizeof(T), cudaMemcpyHostToDevice), "cudaMemcpy"); }

    std::vector<T> take() const {
        std::vector<T> to(count);
        must(cudaMemcpy(to.data(), data, count * sizeof(T), cudaMemcpyDeviceToHost), "cudaMemcpy");
        return to;
    }

private:
    std::size_t count;
    T* data = nullptr;
};

struct Case {
    std::string line;
    int rows = 0, columns = 0;
    std::uint64_t seed = 0;

    std::size_t size() const { return std::size_t(rows) * columns; }

    // Every number says where it comes from, so that two that changed places are noticed.
    std::vector<float> input(std::uint64_t step = 0) const {
        std::vector<float> numbers(size());
        std::uint64_t state = seed + seed_step * step;
        for (float& number : numbers) {
            // Knuth's MMIX constants; 23 bits are a float of 1 to 2, so never a NaN, which equals nothing.
            state = state * 6364136223846793005 + 1442695040888963407;
            const std::uint32_t bits = 0x3f800000u | static_cast<std::uint32_t>(state >> 41);
            std::memcpy(&number, &bits, sizeof number);
        }
        return numbers;
    }

    // What is wrong with an answer; empty if nothing is.
    std::string check(const std::vector<float>& from, const std::vector<float>& to) const {
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++) {
                const float right = from[std::size_t(row) * columns + column], got = to[std::size_t(column) * rows + row];
                if (!(got == right))
                    return "row " + std::to_string(column) + ", column " + std::to_string(row) + " is " + std::to_string(got) + ", not " + std::to_string(right);
            }
        return "";
    }
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
    Case one{line};
    int found = 0;
    for (std::size_t start = 0; start <= line.size();) {
        const std::size_t end = std::min(line.find(';', start), line.size());
        const std::string part = line.substr(start, end - start);
        char name[16];
        unsigned long value = 0;
        int used = 0;
        if (std::sscanf(part.c_str(), " %15[a-z]: %9lu %n", name, &value, &used) != 2 || std::size_t(used) != part.size())
            throw BadCase("cannot read '" + part + "' in the case '" + line + "'");
        const std::string key = name;
        if (key == "rows") one.rows = int(value), found |= 1;
        else if (key == "columns") one.columns = int(value), found |= 2;
        else if (key == "seed") one.seed = value, found |= 4;
        else throw BadCase("a case has rows, columns and seed, not '" + key + "'");
        start = end + 1;
    }
    if (found != 7 || one.rows < 1 || one.columns < 1 || one.rows > 32768 || one.columns > 32768)
        throw BadCase("a case needs a seed and rows and columns of 1 to 32768, unlike '" + line + "'");
    if (run_seed) one.seed = mixed(one.seed, *run_seed);
    return one;
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

// A case on the GPU, called again and again.
class Calls {
public:
    explicit Calls(const Case& one) : one(one), from(one.size()), to(one.size()) { load(0); }

    void load(std::uint64_t step) {
        numbers = one.input(step);
        from.put(numbers);
    }

    // Nanoseconds of one call.
    double run(Buffer<char>& sweep) {
        to.fill(0xff);  // Each of four such bytes is a NaN.
        sweep.fill(0);
        must(cudaDeviceSynchronize(), "cudaDeviceSynchronize");
        const auto start = Clock::now();
        custom_kernel(from.get(), to.get(), one.rows, one.columns);
        must(cudaGetLastError(), "the entry's call");
        must(cudaDeviceSynchronize(), "the entry's kernels");
        return std::chrono::duration<double, std::nano>(Clock::now() - start).count();
    }

    std::string check() const { return one.check(numbers, to.take()); }

private:
    const Case& one;
    std::vector<float> numbers;
    Buffer<float> from, to;
};

std::string one_call(const Case& one, Buffer<char>& sweep) {
    Calls calls(one);
    calls.run(sweep);
    return calls.check();
}

bool run_tests(const Verdict& verdict, const std::vector<Case>& cases, Buffer<char>& sweep) {
    verdict.write("test-count", std::to_string(cases.size()));
    bool passed = true;
    for (std::size_t number = 0; number < cases.size(); number++) {
        const std::string key = "test." + std::to_string(number);
        verdict.write(key + ".spec", cases[number].line);
        const std::string error = one_call(cases[number], sweep);
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

// Times of calls whose answers were right, or the first error. A ranked run checks every answer, each of another input.
std::string measure(const Case& one, bool ranked, Buffer<char>& sweep, std::vector<double>& times) {
    const auto give_up = Clock::now() + std::chrono::seconds(ranked ? 20 : 10);
    Calls calls(one);
    for (int warm_up = 0; warm_up < warm_ups; warm_up++) calls.run(sweep);
    if (const std::string error = calls.check(); !error.empty()) return error;
    while (times.size() < most_repeats) {
        if (ranked) calls.load(times.size() + 1);
        times.push_back(calls.run(sweep));
        if (ranked)
            if (const std::string error = calls.check(); !error.empty()) return error;
        if (times.size() < fewest_repeats) continue;
        const Summary so_far(times);
        if (Clock::now() >= give_up || so_far.err <= enough_relative_error * so_far.mean) break;
    }
    return calls.check();
}

bool run_benchmarks(const Verdict& verdict, const std::vector<Case>& cases, bool ranked, Buffer<char>& sweep) {
    verdict.write("benchmark-count", std::to_string(cases.size()));
    for (std::size_t number = 0; number < cases.size(); number++) {
        const std::string key = "benchmark." + std::to_string(number);
        verdict.write(key + ".spec", cases[number].line);
        std::vector<double> times;
        if (const std::string error = measure(cases[number], ranked, sweep, times); !error.empty()) {
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
bool run_profile(const Verdict& verdict, const std::vector<Case>& cases, Buffer<char>& sweep) {
    verdict.write("benchmark-count", std::to_string(cases.size()));
    for (std::size_t number = 0; number < cases.size(); number++) {
        verdict.write("benchmark." + std::to_string(number) + ".spec", cases[number].line);
        const std::string error = one_call(cases[number], sweep);
        if (error.empty()) continue;
        verdict.write("benchmark." + std::to_string(number) + ".error", error);
        return false;
    }
    return true;
}

void need_gpu() {
    int devices = 0;
    const cudaError_t error = cudaGetDeviceCount(&devices);
    if (error != cudaSuccess || devices == 0) throw CudaError("this contest needs an NVIDIA GPU, and none can be used here", error);
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
        need_gpu();
        Buffer<char> sweep(sweep_bytes);
        const bool passed = mode == "test" ? run_tests(verdict, cases, sweep)
            : mode == "profile"            ? run_profile(verdict, cases, sweep)
                                           : run_benchmarks(verdict, cases, mode == "leaderboard", sweep);
        verdict.write("check", passed ? "pass" : "fail");
        return passed ? 0 : exit_failed;
    } catch (const BadCase& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return exit_bad_case;
    } catch (const CudaError& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return exit_cuda;
    }
}
