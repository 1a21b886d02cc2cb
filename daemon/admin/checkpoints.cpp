#include "daemon/admin/control_routes.hpp"

#include <boost/json.hpp>

#include <system_error>

namespace calsync {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t open_max = 16;
constexpr std::chrono::hours forgotten_after{24};

}  // namespace

Checkpoints::Checkpoints(EventLog& log, const fs::path& log_path, const AdminProbe& probe)
    : log_(log), folder_(fs::absolute(log_path).lexically_normal() / "checkpoints"), probe_(probe) {}

void Checkpoints::remove_all() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
  probe_.open_checkpoints.set(0);
}

std::size_t Checkpoints::count() const {
  std::error_code failed;
  std::size_t count = 0;
  for (fs::directory_iterator at(folder_, failed), end; !failed && at != end; at.increment(failed)) ++count;
  return count;
}

// A reader that died does not give its copy back; the copy keeps deleted tables on the disk.
void Checkpoints::remove_forgotten() {
  std::error_code failed;
  std::vector<fs::path> old;
  for (fs::directory_iterator at(folder_, failed), end; !failed && at != end; at.increment(failed)) {
    std::error_code unknown;
    const auto made = fs::last_write_time(at->path(), unknown);
    if (!unknown && fs::file_time_type::clock::now() - made > forgotten_after) old.push_back(at->path());
  }
  for (const fs::path& path : old) fs::remove_all(path, failed);
}

ServerResponse Checkpoints::create() {
  std::error_code failed;
  fs::create_directories(folder_, failed);
  if (!failed) fs::permissions(folder_, fs::perms::owner_all, failed);
  if (failed)
    return error_response(503, "unavailable", "cannot make " + folder_.string() + ": " + failed.message());
  remove_forgotten();
  if (count() >= open_max)
    return error_response(503, "unavailable", std::to_string(open_max) + " checkpoints are open: delete one");
  const fs::path made = folder_ / random_uuid();
  if (const auto done = log_.checkpoint(made); !done)
    return error_response(503, "unavailable", done.error().text());
  probe_.checkpoints.add();
  probe_.open_checkpoints.set(static_cast<double>(count()));
  return {.status = 201, .body = boost::json::serialize(boost::json::object{{"path", made.string()}})};
}

ServerResponse Checkpoints::remove(const std::string& path) {
  const fs::path wanted = fs::path(path).lexically_normal();
  if (wanted.parent_path() != folder_ || wanted.filename().empty())  // normalised: no ".." is left to climb
    return error_response(400, "bad_request", "path: is no checkpoint of this log");
  std::error_code failed;
  if (fs::remove_all(wanted, failed) == 0)
    return error_response(404, "not_found", "there is no such checkpoint");
  if (failed) return error_response(503, "unavailable", "cannot delete it: " + failed.message());
  probe_.open_checkpoints.set(static_cast<double>(count()));
  return {.status = 204, .content_type = ""};
}

}  // namespace calsync
