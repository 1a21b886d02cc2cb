// How fast a sweep takes in bookings, how fast it compares them once more, and with how much memory:
//   build/release/tests/poll_merge_bench [BOOKINGS]
// Cal.com's answers are made while they are read, so that the memory is the poller's, the log's and the normaliser's.
// Exit 1: above 256 MiB, or the second sweep found a change.
#include "daemon/poll/poll_run.hpp"
#include "daemon/project/project.hpp"

#include <boost/json.hpp>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <iostream>

namespace calsync {
namespace {

namespace json = boost::json;

// One booking a minute from a month ago on.
class ManyBookings final : public CalcomReads {
 public:
  explicit ManyBookings(std::uint64_t count) : count_(count) {}

  Result<ApiAnswer> get(std::string_view path, ApiUse /*use*/) override {
    json::array rows;
    std::uint64_t left = 0;
    if (path.find("/bookings?") != std::string_view::npos) {
      const Instant from = *parse_instant(decoded(value(path, "afterStart=")));
      const auto gone = std::max<std::int64_t>(0, (from - begin_) / std::chrono::minutes{1});
      const std::uint64_t first = static_cast<std::uint64_t>(gone) + number(value(path, "skip="));
      left = count_ > first ? count_ - first : 0;
      for (std::uint64_t i = first; i < std::min(count_, first + 250); ++i) rows.push_back(row(i));
    } else if (path.find("/users") != std::string_view::npos) {
      rows.push_back(json::object{{"id", 5}, {"email", "edith@quill.test"}, {"name", "Edith"}});
    }
    return ApiAnswer{.status = 200,
                     .body = json::serialize(
                         json::object{{"status", "success"},
                                      {"data", std::move(rows)},
                                      {"pagination", {{"totalItems", left}, {"hasNextPage", false}}}})};
  }

 private:
  static std::string_view value(std::string_view path, std::string_view name) {
    const auto at = path.find(name);
    if (at == std::string_view::npos) return {};
    path.remove_prefix(at + name.size());
    return path.substr(0, path.find('&'));
  }
  static std::string decoded(std::string_view text) {
    std::string out(text);
    for (auto at = out.find("%3A"); at != std::string::npos; at = out.find("%3A")) out.replace(at, 3, ":");
    return out;
  }
  static std::uint64_t number(std::string_view text) {
    std::uint64_t out = 0;
    std::from_chars(text.data(), text.data() + text.size(), out);
    return out;
  }
  json::object row(std::uint64_t i) const {
    json::object out = shape_;
    const Instant start = begin_ + std::chrono::minutes{static_cast<std::int64_t>(i)};
    out["id"] = i + 1;
    out["uid"] = "booking" + std::to_string(10'000'000 + i);
    out["start"] = to_text(start);
    out["end"] = to_text(start + std::chrono::hours{1});
    out["updatedAt"] = to_text(begin_ - std::chrono::hours{1});
    return out;
  }

  std::uint64_t count_;
  Instant begin_ = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()) -
                   std::chrono::days{30};
  json::object shape_ = json::parse(R"({"title":"Manuscript review between Edith and Ana","status":"accepted",
      "description":"An hour about your manuscript.","duration":60,"location":"integrations:daily",
      "eventType":{"id":2,"slug":"manuscript-review"},"eventTypeId":2,"absentHost":false,"metadata":{},
      "hosts":[{"id":5,"name":"Edith","email":"edith@quill.test","username":"edith","timeZone":"Europe/Berlin"}],
      "attendees":[{"name":"Ana","email":"ana@client.test","timeZone":"Europe/Lisbon","language":"en","absent":false}],
      "bookingFieldsResponses":{"name":"Ana","email":"ana@client.test","manuscript-id":"MS-77"}})")
                            .as_object();
};

std::uint64_t peak_mib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::stoull(line.substr(6)) / 1024;
  return 0;
}

Result<bool> measure(std::uint64_t count, const std::filesystem::path& folder) {
  SystemClock clock;
  MetricRegistry metrics;
  const PollProbe probe{metrics};
  CALSYNC_TRY(log, "log", EventLog::open({.path = folder / "log"}, metrics));
  auto projector = Projector::start(*log, clock, metrics, [](const Error&) {});
  projector->begin();
  Settings settings;
  settings.calcom.organization_id = 1;
  ManyBookings cal(count);
  PollRun run(cal, *log, clock, probe, settings, {});
  for (const char* name : {"new", "known"}) {
    const auto begun = clock.steady();
    const auto found = run.found();
    CALSYNC_CHECK(name, run.sweep({}));
    const double seconds = std::chrono::duration<double>(clock.steady() - begun).count();
    std::cout << name << ": " << count << " bookings in " << seconds << " s, " << run.found() - found
              << " changes, peak " << peak_mib() << " MiB\n"
              << std::flush;
  }
  const bool good = run.found() == count && peak_mib() <= 256;
  projector->stop();
  log->close();
  return good;
}

}  // namespace
}  // namespace calsync

int main(int argc, char** argv) {
  std::uint64_t count = 100'000;
  if (argc > 1) count = std::stoull(argv[1]);
  std::string folder = (std::filesystem::temp_directory_path() / "calsync-merge-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) return 1;
  const auto good = calsync::measure(count, folder);
  std::filesystem::remove_all(folder);
  if (!good) std::cerr << good.error().text() << '\n';
  return good && *good ? 0 : 1;
}
