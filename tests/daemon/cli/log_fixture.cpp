// Makes a log for the process test: one record per file named,
// read by the real normaliser, in the real database.
//   log_fixture DIR hold|leave[@AGE] FILE…      hold: keeps the log's lock until standard input ends
//                                               AGE: they came so long ago, as 400d
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

void fill(EventLog& log, Clock& clock, MetricRegistry& metrics, std::chrono::milliseconds age,
          const std::vector<const char*>& files) {
  for (const char* file : files) {
    RawDelivery delivery;
    delivery.source_id = SourceId{"main"};
    delivery.content_type = "application/json";
    delivery.received = clock.wall() - age;
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
  const auto log = std::move(EventLog::open(options, metrics).value());
  const std::string how = argv[2];
  const auto at = how.find('@');
  const auto age =
      at == std::string::npos ? std::chrono::milliseconds{} : parse_duration(how.substr(at + 1)).value();
  fill(*log, clock, metrics, age, {argv + 3, argv + argc});
  std::cout << log->head().raw.value() << " " << log->head().event.value() << std::endl;
  if (how.starts_with("hold")) std::cin.get();
  log->close();
}
