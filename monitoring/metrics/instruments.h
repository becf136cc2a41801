#pragma once

// What modules record with. Handles are small values, resolved once when a module is wired; copying one
// copies a pointer. A handle of a disabled registry (or a default one) records nothing. Recording never
// locks, allocates or fails.

#include "monitoring/metrics/counters.h"
#include "monitoring/metrics/gauges.h"
#include "monitoring/metrics/histograms.h"
