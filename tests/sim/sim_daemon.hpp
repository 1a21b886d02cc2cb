// One calsyncd: the production log, intake decision, normaliser and publisher over a simulated disk and
// cluster, driven turn by turn. What App does with threads is done here with tasks of the world.
#pragma once
#include "connectors/webhook/signature.hpp"
#include "daemon/care/retention.hpp"
#include "daemon/project/project_run.hpp"
#include "daemon/publish/publish_run.hpp"
#include "state/store/rocks_log.hpp"
#include "tests/sim/oracle.hpp"
#include "tests/sim/plants.hpp"

namespace calsync::sim {

inline constexpr std::string_view webhook_secret = "a secret of more than 24 bytes, shared with Cal.com";
inline constexpr int exit_killed = -1, exit_stopped = 0, exit_failed = 1, exit_stood_down = 75,
                     exit_refused = 78;

class SimDaemon {
 public:
  struct Surroundings {
    World& world;
    SimCluster& cluster;
    Oracle& oracle;
    Plant plant;
    bool copies_are_known;  // the file system tells a copied directory from the original
  };
  SimDaemon(Surroundings around, std::string name, std::shared_ptr<SimDisk> disk);
  ~SimDaemon();
  SimDaemon(const SimDaemon&) = delete;
  SimDaemon& operator=(const SimDaemon&) = delete;

  void start(bool takeover = false);
  void stop();   // SIGTERM
  void crash();  // kill -9, or the power goes: the simulated disk makes no difference
  void freeze(Ms time);
  // `answer`: the status, or 0 where the connection broke. Called at most once.
  void post(std::string request, std::function<void(unsigned status)> answer);

  [[nodiscard]] bool running() const { return parts_ && !parts_->life->over; }
  [[nodiscard]] bool up_to_date() const;  // all that is in the log is read and published
  [[nodiscard]] int exit_code() const { return exit_code_; }
  [[nodiscard]] bool had_claimed() const {
    return had_claimed_;
  }  // when it ended: it was the one that publishes
  [[nodiscard]] const std::string& why() const { return why_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const EventLog& log() const { return *parts_->log; }
  SimDisk& disk() { return *disk_; }
  void use(std::shared_ptr<SimDisk> disk) { disk_ = std::move(disk); }
  // How long a group of appends waits for the writer, at most: a slow disk.
  Ms slowest_write{3};
  std::optional<Ms> keep;  // log.retention
  std::function<void(SimDaemon&)> on_exit = [](SimDaemon&) {};

 private:
  struct Parts {
    explicit Parts(const World& world) : clock(world) {}
    std::shared_ptr<Life> life = std::make_shared<Life>();
    Disk files;
    SimClock clock;
    std::unique_ptr<EventLog> seen, at_intake;  // outlive the log, whose answers go through them
    std::unique_ptr<store::RocksLog> log;
    std::unique_ptr<Broker> broker;
    StatusBoard board{PublisherStatus{}};
    std::unique_ptr<ProjectRun> project;
    std::unique_ptr<PublishRun> publish;
    std::unique_ptr<Retention> retention;
    std::shared_ptr<SourceTable> sources;
    bool begun = false, writes = false, projects = false;
    std::uint64_t publish_ticket = 0;
    bool publisher_waits = false;
    std::size_t queued_records = 0, queued_bytes = 0;
    std::map<std::uint64_t, std::function<void(unsigned)>> clients;
    std::uint64_t next_client = 0;
  };

  Result<void> open(bool takeover);
  Result<std::unique_ptr<store::RocksLog>> open_log(Parts& parts);
  void later(Ms delay, std::function<void()> task);
  void run(const std::function<void()>& task);
  void end(int code, const std::string& why);
  void bury();

  void write_turn();
  void witness_turn();
  void project_turn();
  void publish_turn();
  void retention_turn();
  void schedule_publisher(Ms delay);
  void wake();

  void take(std::uint64_t client, const std::string& request);
  void offer(std::uint64_t client, RawDelivery delivery, Ms until);
  void reply(std::uint64_t client, unsigned status);

  Surroundings around_;
  const std::string name_;
  std::shared_ptr<SimDisk> disk_;
  std::unique_ptr<Parts> parts_;
  int on_stack_ = 0;
  int exit_code_ = exit_stopped;
  bool had_claimed_ = false;
  std::string why_;
};

}  // namespace calsync::sim
