#include "tests/sim/sim_daemon.hpp"

#include "state/store/open_checks.hpp"
#include "tests/sim/forwarding_log.hpp"

namespace calsync::sim {
namespace {

const std::filesystem::path nowhere = "/simulated";

MetricRegistry& metrics() {
  static MetricRegistry registry;
  return registry;
}
PublishProbe& publish_probe() {
  static PublishProbe probe(metrics());
  return probe;
}
ProjectProbe& project_probe() {
  static ProjectProbe probe(metrics());
  return probe;
}
Watchdog& watchdog() {  // never barks: time is not real here
  static Watchdog dog({std::chrono::hours(1), 1000000, [](const char*) {}});
  return dog;
}

const char* name_of_exit(int code) {
  switch (code) {
    case exit_stopped:
      return "stops";
    case exit_stood_down:
      return "daemons that stood down";
    case exit_refused:
      return "daemons that refused";
    default:
      return "daemons that failed";
  }
}

}  // namespace

SimDaemon::SimDaemon(Surroundings around, std::string name, std::shared_ptr<SimDisk> disk)
    : around_(around), name_(std::move(name)), disk_(std::move(disk)) {}

SimDaemon::~SimDaemon() {
  on_exit = [](SimDaemon&) {};  // nobody is there any more to start it again
  if (running()) crash();
}

void SimDaemon::start(bool takeover) {
  if (parts_) return;
  around_.world.tell(name_, takeover ? "starts with --takeover" : "starts");
  parts_ = std::make_unique<Parts>(around_.world);
  parts_->life->process = name_;
  disk_->on_killed = [this] { crash(); };
  run([this, takeover] {
    if (auto opened = open(takeover); !opened)
      end(opened.error().code == Errc::io || opened.error().code == Errc::disk_full ? exit_failed
                                                                                    : exit_refused,
          opened.error().text());
  });
}

Result<std::unique_ptr<store::RocksLog>> SimDaemon::open_log(Parts& parts) {
  parts.files.files = open_sim_files(disk_);
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  // The bug is about what is acknowledged, not about the making of the log.
  const bool made = !disk_->rows(store::Column::meta).empty();
  rocksdb::DB* db = open_sim_db(disk_, made && around_.plant == Plant::ack_before_sync, handles);
  store::Opened opened;
  opened.database = std::make_unique<store::Database>(nullptr, db, std::move(handles));
  if (!made) {
    CALSYNC_CHECK("create", store::write_meta(*opened.database));
    CALSYNC_CHECK("create", store::write_witness(parts.files, nowhere, {}));
  }
  CALSYNC_TRY(witnessed, "witness", store::parse_witness(disk_->witness()));
  if (around_.plant == Plant::head_check_skipped) witnessed = {};
  CALSYNC_CHECK("check", store::check_log(opened, witnessed, nowhere));
  LogOptions options{.path = nowhere};
  options.on_failed = [this, life = parts.life](const Error& error) {
    if (!life->over) end(error.code == Errc::corrupt ? exit_refused : exit_failed, error.text());
  };
  return std::make_unique<store::RocksLog>(options, nullptr, parts.files, metrics(), std::move(opened),
                                           std::make_shared<store::BackgroundErrors>(),
                                           store::Drive::by_hand);
}

Result<void> SimDaemon::open(bool takeover) {
  Parts& parts = *parts_;
  CALSYNC_TRY(log, "open log", open_log(parts));
  parts.log = std::move(log);
  around_.oracle.opened(*disk_);
  parts.seen = std::make_unique<ForwardingLog>(*parts.log);
  parts.at_intake = intake_with(around_.plant, *parts.seen);
  parts.broker =
      broker_with(around_.plant, std::make_unique<SimBroker>(around_.world, around_.cluster, parts.life),
                  around_.cluster);
  ListenerSource main{SourceId{"main"}, {}}, second{SourceId{"second"}, {}};
  main.secrets.emplace_back(std::string(webhook_secret));
  second.secrets.emplace_back(std::string(webhook_secret));
  std::vector<ListenerSource> sources;
  sources.push_back(std::move(main));
  sources.push_back(std::move(second));
  CALSYNC_TRY(table, "sources", SourceTable::of(sources));
  parts.sources = std::move(table);
  parts.project =
      std::make_unique<ProjectRun>(*parts.seen, parts.clock, project_probe(), rules_with(around_.plant));
  PublisherOptions options;
  options.kafka.topic_prefix = "t.";
  options.source = "/calsync/local";
  options.takeover = takeover;
  if (around_.copies_are_known) options.place = disk_->identity();
  options.on_cursor = [this] { parts_->begun = true; };
  parts.publish = std::make_unique<PublishRun>(
      PublishRun::Parts{*parts.seen, *parts.broker, parts.clock, publish_probe(), parts.board, watchdog()},
      options);
  const auto published = [this]() -> std::optional<EventSequence> {
    const PublisherStatus status = parts_->board.read();
    if (around_.plant == Plant::trimmed_unpublished) return parts_->log->head().event;
    return status.generation > 0 ? std::optional(status.published) : std::nullopt;
  };
  parts.retention = std::make_unique<Retention>(*parts.seen, keep, published, parts.clock, metrics());
  later(Ms(1000), [this] { witness_turn(); });
  if (keep) later(Ms(1000), [this] { retention_turn(); });
  schedule_publisher(Ms(0));
  return {};
}

void SimDaemon::later(Ms delay, std::function<void()> task) {
  around_.world.after(delay, [this, life = parts_->life, task = std::move(task)]() mutable {
    if (life->over) return;
    const Ms now = around_.world.now();
    if (life->frozen_until > now)
      later(life->frozen_until - now, std::move(task));
    else
      run(task);
  });
}

// The stack of a process ends here, also where it was killed in the middle of a call.
void SimDaemon::run(const std::function<void()>& task) {
  ++on_stack_;
  try {
    task();
    if (running()) wake();
  } catch (const Killed&) {
  }
  if (--on_stack_ == 0 && parts_ && parts_->life->over) bury();
}

void SimDaemon::crash() {
  if (!running()) return;
  around_.world.tell(name_, "is killed");
  around_.world.met("kills");
  exit_code_ = exit_killed;
  parts_->life->over = true;
  disk_->crash();
  if (on_stack_ == 0) bury();
}

void SimDaemon::end(int code, const std::string& why) {
  if (!running()) return;
  around_.world.tell(name_, "ends with " + std::to_string(code));
  around_.world.met(name_of_exit(code));
  why_ = why;
  exit_code_ = code;
  parts_->life->over = true;
  disk_->crash();
  if (on_stack_ == 0) bury();
}

void SimDaemon::bury() {
  had_claimed_ = parts_->board.read().generation > 0;
  auto clients = std::move(parts_->clients);
  parts_.reset();
  for (auto& [id, answer] : clients) answer(0);
  on_exit(*this);
}

void SimDaemon::stop() {
  if (!running()) return;
  if (on_stack_ > 0) return later(Ms(20), [this] { stop(); });
  run([this] {
    around_.world.tell(name_, "stops");
    std::stop_source stop;
    stop.request_stop();
    static_cast<void>(parts_->publish->run(stop.get_token()));
    parts_->log->close();
    end(exit_stopped, "");
  });
}

void SimDaemon::freeze(Ms time) {
  if (!running()) return;
  around_.world.tell(name_, "is frozen for " + std::to_string(time.count()) + " ms");
  parts_->life->frozen_until = around_.world.now() + time;
}

bool SimDaemon::up_to_date() const {
  if (!running() || parts_->life->frozen_until > around_.world.now()) return false;
  const LogHead head = parts_->log->head();
  const PublisherStatus status = parts_->board.read();
  return status.generation > 0 && parts_->clients.empty() && head.normalised == head.raw &&
         status.published == head.event;
}

// --- what threads do in the daemon ---

void SimDaemon::wake() {
  Parts& parts = *parts_;
  const LogHead head = parts.log->head();
  if (parts.begun && !parts.projects && head.raw > head.normalised) {
    parts.projects = true;
    later(Ms(around_.world.random.between(0, 4)), [this] { project_turn(); });
  }
  if (parts.publisher_waits && head.event > parts.board.read().published) schedule_publisher(Ms(0));
}

void SimDaemon::write_turn() {
  parts_->writes = false;
  while (running() && parts_->log->write_group()) continue;
}

void SimDaemon::witness_turn() {
  parts_->log->write_witness_if_moved();
  later(Ms(1000), [this] { witness_turn(); });
}

void SimDaemon::project_turn() {
  parts_->projects = false;
  const auto next = parts_->project->turn();
  if (!running()) return;
  if (next == ProjectRun::Next::wait_for_room) {
    parts_->projects = true;
    later(Ms(500), [this] { project_turn(); });
  } else if (next == ProjectRun::Next::end) {
    const Error& why = parts_->project->why();
    end(why.code == Errc::corrupt || why.code == Errc::foreign ? exit_refused : exit_failed, why.text());
  }
}

void SimDaemon::publish_turn() {
  parts_->publisher_waits = false;
  const Ms before = around_.world.now();
  const Ms pause = parts_->publish->turn(std::stop_token{});
  if (parts_->life->over) throw Killed{};
  if (const auto ended = parts_->publish->ended())
    return end(ended->first == PublisherState::stood_down ? exit_stood_down : exit_refused,
               ended->second.text());
  const PublisherStatus status = parts_->board.read();
  const bool idle = pause == Ms(0) && before == around_.world.now() && status.generation > 0 &&
                    status.published == parts_->log->head().event;
  parts_->publisher_waits = idle;
  schedule_publisher(idle ? Ms(1000) : pause + Ms(around_.world.random.between(0, 2)));
}

// It rests for minutes in life, longer than a simulation is.
void SimDaemon::retention_turn() {
  constexpr Ms longest_rest{5000};
  const LogCut before = parts_->log->cut();
  const Ms rest = parts_->retention->turn();
  const LogCut after = parts_->log->cut();
  if (after.raw > before.raw) around_.oracle.trimmed(*disk_, before, after, *keep);
  later(std::min(rest, longest_rest), [this] { retention_turn(); });
}

void SimDaemon::schedule_publisher(Ms delay) {
  later(delay, [this, ticket = ++parts_->publish_ticket] {
    if (ticket == parts_->publish_ticket) publish_turn();
  });
}

}  // namespace calsync::sim
