#include "daemon/admin/control_routes.hpp"

#include <boost/json.hpp>
#include <sys/syscall.h>

#include <poll.h>
#include <system_error>
#include <unistd.h>

namespace calsync {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t open_max = 16;
constexpr std::chrono::hours forgotten_after{24};

// As random_uuid() gives them.
bool is_given_name(std::string_view name) {
  if (name.size() != 36) return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
  }
  return true;
}

}  // namespace

// Not by /proc: systemd's ProtectProc hides other users' processes there.
Owner::Owner(int pid) : descriptor_(pid > 0 ? static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)) : -1) {}

Owner::~Owner() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool Owner::gone() const {
  pollfd asked{descriptor_, POLLIN, 0};
  return descriptor_ >= 0 && ::poll(&asked, 1, 0) > 0;
}

Checkpoints::Checkpoints(EventLog& log, const fs::path& log_path, Clock& clock, const AdminProbe& probe)
    : log_(log),
      folder_(fs::absolute(log_path).lexically_normal() / "checkpoints"),
      clock_(clock),
      probe_(probe) {}

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

bool Checkpoints::taken_back(const Copy& copy) {
  std::error_code failed;
  fs::remove_all(copy.path, failed);
  return !failed;
}

// A reader that died does not give its copy back; the copy keeps deleted tables on the disk. By the steady
// clock: a wall clock that is set forward would take a copy from under its reader.
void Checkpoints::remove_forgotten() {
  const auto now = clock_.steady();
  std::erase_if(made_,
                [now](const Copy& copy) { return now - copy.made > forgotten_after && taken_back(copy); });
}

// At the limit: first the copies whose reader has ended, then the oldest, so that nobody is locked out.
void Checkpoints::make_room() {
  if (count() < open_max) return;
  std::erase_if(made_, [](const Copy& copy) { return copy.owner.gone() && taken_back(copy); });
  if (count() >= open_max && !made_.empty() && taken_back(made_.front())) made_.erase(made_.begin());
  probe_.open_checkpoints.set(static_cast<double>(count()));
}

ServerResponse Checkpoints::create(int owner_pid) {
  std::error_code failed;
  fs::create_directories(folder_, failed);
  if (!failed) fs::permissions(folder_, fs::perms::owner_all, failed);
  if (failed)
    return error_response(503, "unavailable", "cannot make " + folder_.string() + ": " + failed.message());
  remove_forgotten();
  make_room();
  if (count() >= open_max)
    return error_response(503, "unavailable", std::to_string(open_max) + " checkpoints are open: delete one");
  const fs::path made = folder_ / random_uuid();
  // First: what a failed one leaves is forgotten like the others.
  made_.push_back({made, clock_.steady(), Owner(owner_pid)});
  if (const auto done = log_.checkpoint(made); !done)
    return error_response(503, "unavailable", done.error().text());
  probe_.checkpoints.add();
  probe_.open_checkpoints.set(static_cast<double>(count()));
  return {.status = 201, .body = boost::json::serialize(boost::json::object{{"path", made.string()}})};
}

ServerResponse Checkpoints::remove(const std::string& path) {
  const fs::path wanted = fs::path(path).lexically_normal();
  // Normalised: no ".." is left to climb. The form of the name: nothing that the system would read otherwise.
  if (wanted.parent_path() != folder_ || !is_given_name(wanted.filename().string()))
    return error_response(400, "bad_request", "path: is no checkpoint of this log");
  std::error_code failed;
  if (fs::remove_all(wanted, failed) == 0)
    return error_response(404, "not_found", "there is no such checkpoint");
  if (failed) return error_response(503, "unavailable", "cannot delete it: " + failed.message());
  std::erase_if(made_, [&wanted](const Copy& copy) { return copy.path == wanted; });
  probe_.open_checkpoints.set(static_cast<double>(count()));
  return {.status = 204, .content_type = ""};
}

}  // namespace calsync
