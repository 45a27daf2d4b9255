// The function of this contest, for the entry and the harness.
#pragma once

// c = a * b: a has m rows of k numbers, b has k rows of n, c has m rows of n, all row by row.
void custom_kernel(const float* a, const float* b, float* c, int m, int k, int n);
