// Makes a log for the process test: one record per file named,
// read by the real normaliser, in the real database.
//   log_fixture DIR hold|leave FILE…      hold: keeps the log's lock until standard input ends
#include "daemon/project/project_run.hpp"
#include "state/store/event_log.hpp"

#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>

using namespace calsync;

namespace {
std::string read_all(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void fill(EventLog& log, Clock& clock, MetricRegistry& metrics, const std::vector<const char*>& files) {
  for (const char* file : files) {
    RawDelivery delivery;
    delivery.source_id = SourceId{"main"};
    delivery.content_type = "application/json";
    delivery.received = clock.wall();
    delivery.body = read_all(file);
    (void)log.append_and_wait(std::move(delivery)).value();
  }
  const ProjectProbe probe(metrics);
  ProjectRun project(log, clock, probe);
  while (log.head().normalised < log.head().raw)
    if (project.turn() == ProjectRun::Next::end) throw std::runtime_error(project.why().text());
}
}  // namespace

int main(int argc, char** argv) {
  SystemClock clock;
  MetricRegistry metrics;
  LogOptions options;
  options.path = argv[1];
  const auto log = std::move(EventLog::open(options, clock, metrics).value());
  fill(*log, clock, metrics, {argv + 3, argv + argc});
  std::cout << log->head().raw.value() << " " << log->head().event.value() << std::endl;
  if (std::string_view(argv[2]) == "hold") std::cin.get();
  log->close();
}
