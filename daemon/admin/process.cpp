#include "daemon/admin/admin_probe.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace calsync {
namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

void measure_process(const AdminProbe& probe) {
  std::ifstream statm("/proc/self/statm");  // pages: size, resident, …
  double size = 0;
  double resident = 0;
  if (statm >> size >> resident) probe.resident.set(resident * static_cast<double>(::sysconf(_SC_PAGESIZE)));
  rusage used{};
  if (::getrusage(RUSAGE_SELF, &used) == 0)
    probe.cpu.add(std::max(0.0, seconds(used.ru_utime) + seconds(used.ru_stime) - probe.cpu.value()));
  std::error_code failed;
  std::filesystem::directory_iterator at("/proc/self/fd", failed);
  double open = 0;
  for (; !failed && at != std::filesystem::directory_iterator{}; at.increment(failed)) open += 1;
  if (!failed) probe.descriptors.set(open);
}

}  // namespace calsync
