// Does what PublishSteps says, against a log and a broker. One thread; everything here belongs to it.
#pragma once
#include "connectors/kafka/broker.hpp"
#include "daemon/publish/event_message.hpp"
#include "daemon/publish/ownership.hpp"
#include "daemon/publish/publish.hpp"
#include "daemon/publish/publish_probe.hpp"
#include "daemon/publish/watchdog.hpp"

#include <condition_variable>
#include <mutex>

namespace calsync {

// The part of the status that changes while publishing. Any thread.
class StatusBoard {
 public:
  explicit StatusBoard(PublisherStatus first) : status_(std::move(first)) {}
  [[nodiscard]] PublisherStatus read() const {
    const std::scoped_lock lock(mutex_);
    return status_;
  }
  template <class Edit>
  void change(Edit&& edit) {
    const std::scoped_lock lock(mutex_);
    std::forward<Edit>(edit)(status_);
  }

 private:
  mutable std::mutex mutex_;
  PublisherStatus status_;
};

class PublishRun {
 public:
  struct Parts {
    EventLog& log;
    Broker& broker;
    Clock& clock;
    PublishProbe& probe;
    StatusBoard& board;
    Watchdog& watchdog;
  };
  PublishRun(Parts parts, const PublisherOptions& options);

  using End = std::pair<PublisherState, Error>;  // stopped, stood_down or refused, with the reason
  // Until stopped, or for good.
  End run(const std::stop_token& stop);
  // What run() repeats, for a simulator with a clock of its own: one step, and the pause that comes after it.
  std::chrono::milliseconds turn(const std::stop_token& stop);
  [[nodiscard]] std::optional<End> ended() const;  // for good

 private:
  struct Batch {
    std::vector<StoredEvent> events;
    std::size_t bytes = 0;
    EventSequence last;  // the cursor after it
    Digest hash{};
    std::chrono::steady_clock::time_point began;
  };

  // Of every blocking call; between two, stop() is heard.
  static constexpr Transactions::Slice slice{1000};

  Did perform(Step step, const std::stop_token& stop);
  // before publishing
  Did check_topics();
  Result<void> look_at_topics();
  Did held_by_topics();
  bool topics_are_due();
  Did peek();
  Did open();
  Did read_cursor();
  void begin_at_cut();
  void tell_of_trimmed(EventSequence after);
  Did claim();
  Did confirm();
  // publishing
  Did begin();
  Did produce(const std::stop_token& stop);
  Did produce_events(const std::stop_token& stop);
  Did produce_cursor(const std::stop_token& stop);
  Did produce_one(const KafkaMessage& message, const std::stop_token& stop);
  Did commit();
  Did abort();
  Did wait(const std::stop_token& stop);

  Did judge(const CursorVerdict& verdict);
  Did failed(const Error& error);         // of a call that did nothing
  Did answered(const KafkaError& error);  // of a transactional call
  Result<LogSide> log_side() const;
  [[nodiscard]] bool knows_the_lost_cursor(const std::optional<CursorRecord>& cursor) const;
  Result<std::optional<Claim>> claim_in(std::string_view note) const;
  Result<void> read_more(std::size_t limit);
  [[nodiscard]] CursorRecord cursor_now() const;
  void committed();
  void tell(Step step, Did did, std::size_t batch);
  void count(Step step, Did did);
  void set_state(PublisherState state);
  void show_lag();
  void pause(std::chrono::milliseconds time, const std::stop_token& stop);
  void leave();  // stopped: commits or aborts what is open, within a few seconds

  Parts parts_;
  PublisherOptions options_;
  const bool demo_;
  const std::string instance_;
  const std::vector<TopicSpec> specs_;
  PublishSteps steps_;
  MessageContext context_;
  std::unique_ptr<Transactions> handle_;
  Claim claim_;
  EventSequence position_;  // committed up to here
  Digest position_hash_{};
  Batch batch_;
  Error why_;  // the last thing that went wrong
  std::chrono::steady_clock::time_point last_commit_{}, last_good_{}, last_look_{};
  bool position_known_ = false;   // no commit's answer is missing, nobody has fenced us
  bool topics_in_doubt_ = false;  // a transaction was aborted, or a look told so
};

}  // namespace calsync
