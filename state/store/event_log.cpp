#include "state/store/event_log.hpp"

#include <future>

namespace calsync {

Result<Appended> EventLog::append_and_wait(RawDelivery delivery) {
  auto answer = std::make_shared<std::promise<Result<Appended>>>();
  auto waiting = answer->get_future();
  append(std::move(delivery), [answer](Result<Appended> appended) { answer->set_value(std::move(appended)); });
  return waiting.get();
}

}  // namespace calsync
