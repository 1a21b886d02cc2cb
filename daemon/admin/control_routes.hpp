// What only the control socket answers: checkpoints for readers, backups, and reading quarantined records again.
// Owner:    Admin.
// Runs on:  the admin loop.
// Blocks:   on a checkpoint's hard links.
#pragma once
#include "connectors/http/server.hpp"
#include "daemon/admin/admin_probe.hpp"
#include "daemon/care/backup_runner.hpp"
#include "state/store/event_log.hpp"

#include <filesystem>
#include <utility>
#include <vector>

namespace calsync {

// A process that may end at any time; its number given to another one does not deceive. 0: not known.
class Owner {
 public:
  explicit Owner(int pid);
  Owner(Owner&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Owner& operator=(Owner&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~Owner();
  [[nodiscard]] bool gone() const;  // false where it is not known

 private:
  int descriptor_ = -1;  // becomes readable when the process has ended
};

class Checkpoints {
 public:
  Checkpoints(EventLog& log, const std::filesystem::path& log_path, Clock& clock, const AdminProbe& probe);
  void remove_all();                     // at start: whoever made them talked to a daemon that is gone
  ServerResponse create(int owner_pid);  // 0: not known
  ServerResponse remove(const std::string& path);

 private:
  struct Copy {
    std::filesystem::path path;
    std::chrono::steady_clock::time_point made;
    Owner owner;
  };
  static bool taken_back(const Copy& copy);
  void remove_forgotten();
  void make_room();
  [[nodiscard]] std::size_t count() const;

  EventLog& log_;
  std::filesystem::path folder_;
  Clock& clock_;
  std::vector<Copy> made_;  // the oldest first
  const AdminProbe& probe_;
};

// Was something suspended or resumed?
bool asks_for_a_look(std::string_view body);
// A record of the ownership register (state/views/register.hpp) into the log. Blocks: on the disk.
ServerResponse note_what_was_applied(EventLog& log, Clock& clock, std::string body);
struct AdminSources;
class ForgetRunner;
ServerResponse begin_poll(const AdminSources& sources);
ServerResponse show_poll(const AdminSources& sources);

ServerResponse begin_backup(BackupRunner* runner, const std::string& body);
ServerResponse show_backup(BackupRunner* runner);

// At most 200 records, the oldest first.
ServerResponse show_quarantine(const EventLog& log);

ServerResponse begin_forgetting(ForgetRunner* runner, const std::string& body);
ServerResponse show_forgetting(ForgetRunner* runner);

// The last plan and drift of the reconciler, as `calsync plan --json` has them; a look soon.
ServerResponse show_plan(const AdminSources& sources);
ServerResponse show_drift(const AdminSources& sources);
ServerResponse begin_look(const AdminSources& sources);

boost::asio::awaitable<ServerResponse> retry_quarantined(EventLog& log, Clock& clock, const AdminProbe& probe,
                                                         std::string body);

}  // namespace calsync
