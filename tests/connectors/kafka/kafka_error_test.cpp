#include "connectors/kafka/kafka_error.hpp"

#include "connectors/kafka/kafka_options.hpp"

#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

namespace calsync {
namespace {

struct CallCase {
  const char* story;
  int code;
  KafkaFlags flags;
  KafkaClass expected;
};

TEST(KafkaError, SaysWhatToDoAfterATransactionalCall) {
  using enum KafkaClass;
  for (const CallCase& c : {
           CallCase{"all is well", RD_KAFKA_RESP_ERR_NO_ERROR, {}, ok},
           CallCase{"the broker is silent: the same call again",
                    RD_KAFKA_RESP_ERR__TIMED_OUT,
                    {.retriable = true},
                    retriable},
           CallCase{
               "a message was lost", RD_KAFKA_RESP_ERR__INCONSISTENT, {.requires_abort = true}, abortable},
           CallCase{"both flags: aborting is the stronger word",
                    RD_KAFKA_RESP_ERR__TIMED_OUT,
                    {.retriable = true, .requires_abort = true},
                    abortable},
           CallCase{"too large, told by the call",
                    RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE,
                    {.requires_abort = true},
                    poison},
           CallCase{
               "a newer instance, or our own timeout", RD_KAFKA_RESP_ERR__FENCED, {.fatal = true}, fenced},
           CallCase{
               "the old name of the same", RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, {.fatal = true}, fenced},
           CallCase{"not allowed to use the transactional id",
                    RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
                    {.fatal = true},
                    fatal},
           CallCase{"fatal wins over every other flag",
                    RD_KAFKA_RESP_ERR__TIMED_OUT,
                    {.fatal = true, .retriable = true, .requires_abort = true},
                    fatal},
           CallCase{"no flag at all: the handle is not trusted", RD_KAFKA_RESP_ERR__STATE, {}, fatal},
           CallCase{"another call is still under way", RD_KAFKA_RESP_ERR__CONFLICT, {}, fatal},
       }) {
    SCOPED_TRACE(c.story);
    const KafkaError error = classify_call(c.code, c.flags, "text");
    EXPECT_STREQ(to_text(error.kind), to_text(c.expected));
    EXPECT_EQ(error.text.empty(), c.expected == ok);
  }
}

TEST(KafkaError, LetsNoRefusedMessageFallOutOfATransaction) {
  using enum KafkaClass;
  for (const auto& [code, expected] : std::vector<std::pair<int, KafkaClass>>{
           {RD_KAFKA_RESP_ERR_NO_ERROR, ok},
           {RD_KAFKA_RESP_ERR__QUEUE_FULL, retriable},
           {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, poison},
           {RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE, poison},
           {RD_KAFKA_RESP_ERR_INVALID_RECORD, poison},
           {RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, abortable},
           {RD_KAFKA_RESP_ERR__PURGE_QUEUE, abortable},
           {RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, abortable},
           {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, abortable},
           {RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP, abortable},
           {RD_KAFKA_RESP_ERR__FENCED, fenced},
           {RD_KAFKA_RESP_ERR__FATAL, fatal},
       }) {
    EXPECT_STREQ(to_text(classify_message(code).kind), to_text(expected))
        << rd_kafka_err2name(static_cast<rd_kafka_resp_err_t>(code));
  }
}

TEST(KafkaOptions, RefusesPropertiesThatExactlyOnceRestsOn) {
  EXPECT_TRUE(check_properties(
      {{"security.protocol", Secret("SASL_SSL")}, {"transaction.timeout.ms", Secret("20000")}}));
  for (const char* name :
       {"transactional.id", "acks", "enable.idempotence", "isolation.level", "bootstrap.servers",
        "delivery.report.only.error", "max.in.flight", "plugin.library.paths"}) {
    const auto checked = check_properties({{name, Secret("x")}});
    ASSERT_FALSE(checked) << name;
    EXPECT_NE(checked.error().what.find(name), std::string::npos);
  }
}

TEST(KafkaOptions, NamesEveryPropertyThatLibrdkafkaDoesNotTake) {
  const auto problems = property_problems({{"linger.ms", Secret("abc")},
                                           {"security.protcol", Secret("ssl")},
                                           {"batch.sizee", Secret("3")},
                                           {"ssl.key.password", Secret("canary")},
                                           {"compression.codec", Secret("lz4")}});
  EXPECT_EQ(problems.size(), 3U);
  EXPECT_NE(problems.at("security.protcol").find("did you mean security.protocol?"), std::string::npos);
  EXPECT_NE(problems.at("batch.sizee").find("did you mean batch.size?"), std::string::npos);
  EXPECT_TRUE(problems.contains("linger.ms"));
  EXPECT_TRUE(property_problems({{"linger.ms", Secret("5")}}).empty());
  // Each is good, but not together: an SSL key without a certificate's file is seen only when all is made.
  EXPECT_TRUE(property_problems({{"security.protocol", Secret("ssl")}, {"ssl.ca.location", Secret("/none")}})
                  .contains(""));
}

}  // namespace
}  // namespace calsync
