#include "connectors/calcom/own_subscription.hpp"
#include "connectors/kafka/topics.hpp"
#include "connectors/secrets/secrets.hpp"
#include "daemon/cli/doctor.hpp"

#include <boost/json.hpp>

namespace calsync::cli {
namespace json = boost::json;
namespace {

std::string text_at(const json::value& value, const char* pointer) {
  boost::system::error_code missing;
  const json::value* found = value.find_pointer(pointer, missing);
  if (found == nullptr || found->is_null()) return {};
  return found->is_string() ? std::string(found->get_string()) : json::serialize(*found);
}

std::string reasons_of(const json::value& status) {
  std::string out;
  boost::system::error_code missing;
  const json::value* list = status.find_pointer("/notReady", missing);
  if (list && list->is_array())
    for (const auto& one : list->get_array())
      if (one.is_string()) out += (out.empty() ? "" : "; ") + std::string(one.get_string());
  return out;
}

// A GET is refused with 405 by the intake itself: it was reached, and nothing is written down.
Look look_at_hook(const Patient& patient, const std::string& url) {
  const std::string cure =
      "Cal.com must reach this address: look at DNS, the certificate, the firewall, and that the proxy "
      "passes /hooks/ "
      "on to intake.listen (" +
      patient.settings.intake.listen + ")";
  const auto parsed = parse_http_url(url);
  if (!parsed)
    return {"intake", Health::failed, url + ": " + parsed.error().what, "correct intake.public_url"};
  HttpClientOptions options;
  options.timeout = std::chrono::seconds{10};
  options.stop = patient.context.stop;
  options.ca_file = patient.settings.intake.tls.certificate;  // our own, also a self-signed one
  auto client = HttpClient::to(*parsed, options);
  const auto answer = client ? client->send({.target = parsed->target}) : Result<HttpAnswer>(client.error());
  if (!answer) return {"intake", Health::failed, url + ": " + answer.error().what, cure};
  if (answer->status == 405) return {"intake", Health::ok, url + " is reached from this machine"};
  return {"intake", Health::failed, url + " answers " + std::to_string(answer->status) + ": not the intake",
          cure};
}

Look kafka_of_daemon(ControlClient& daemon) {
  const auto status = daemon.get("/api/v1/status");
  if (!status) return {"Kafka", Health::failed, status.error().what, "look at `calsync status`"};
  const std::string state = text_at(*status, "/publisher/state"),
                    error = text_at(*status, "/publisher/lastError");
  const std::string what =
      "the daemon is " + (state.empty() ? "not publishing" : state) + (error.empty() ? "" : ": " + error);
  if (state == "publishing") return {"Kafka", Health::ok, what};
  return {"Kafka", state == "starting" ? Health::warning : Health::failed, what,
          "look at brokers, network, rights and kafka.properties"};
}

Look kafka_from_here(const Settings::Kafka& kafka) {
  KafkaOptions options{.bootstrap_servers = kafka.bootstrap_servers, .properties = {}};
  for (auto& [name, value] : resolve_properties(kafka.properties)) {
    if (!value)
      return {"Kafka", Health::failed, "kafka.properties." + name + ": " + value.error().what, "correct it"};
    options.properties.emplace(name, *std::move(value));
  }
  const std::string topic = kafka.topic_prefix + "bookings";
  const auto facts = describe_topics(options, {topic});
  if (!facts)
    return {"Kafka", Health::failed, facts.error().what,
            "look at kafka.bootstrap_servers, kafka.properties and the brokers"};
  const bool there = !facts->empty() && facts->front().partitions > 0;
  if (there) return {"Kafka", Health::ok, kafka.bootstrap_servers + " answers, topic " + topic + " is there"};
  if (kafka.create_topics)
    return {"Kafka", Health::ok, kafka.bootstrap_servers + " answers, topics are made at the first start"};
  return {"Kafka", Health::failed, "there is no topic " + topic,
          "make the topics, or set kafka.create_topics: true"};
}

}  // namespace

const char* to_text(Health health) {
  switch (health) {
    case Health::ok:
      return "ok";
    case Health::warning:
      return "warning";
    case Health::failed:
      return "failed";
    case Health::skipped:
      return "skipped";
  }
  return "";
}

void look_at_daemon(const Patient& patient, Looks& looks) {
  if (patient.daemon == nullptr)
    return looks.push_back({"daemon", Health::warning, "none runs on " + patient.settings.log.path,
                            "start it: `systemctl start calsyncd`"});
  const auto status = patient.daemon->get("/api/v1/status");
  if (!status)
    return looks.push_back(
        {"daemon", Health::failed, status.error().what, "look at `journalctl -u calsyncd -n 20`"});
  const std::string reasons = reasons_of(*status), version = text_at(*status, "/version");
  if (reasons.empty()) return looks.push_back({"daemon", Health::ok, "version " + version + " is ready"});
  looks.push_back({"daemon", Health::warning, "version " + version + " is not ready: " + reasons,
                   "look at `calsync status`"});
}

void look_at_intake(const Patient& patient, Looks& looks) {
  const Settings::Intake& intake = patient.settings.intake;
  if (intake.sources.empty())
    return looks.push_back({"intake", Health::skipped, "intake.sources is not set"});
  if (intake.public_url.empty())
    return looks.push_back({"intake", Health::warning,
                            "intake.public_url is not set: whether Cal.com reaches it is not known",
                            "set it to the https address that Cal.com is to call"});
  for (const IntakeSource& source : intake.sources)
    looks.push_back(look_at_hook(patient, hook_url(intake.public_url, source.id)));
}

void look_at_kafka(const Patient& patient, Looks& looks) {
  const Settings::Kafka& kafka = patient.settings.kafka;
  if (!kafka.present)
    return looks.push_back(
        {"Kafka", Health::skipped, "the section kafka is not set: events stay in the log"});
  if (kafka.mode == KafkaMode::embedded)
    return looks.push_back({"Kafka", Health::warning, "the embedded demo broker keeps nothing",
                            "kafka.mode: cluster is for real use"});
  looks.push_back(patient.daemon ? kafka_of_daemon(*patient.daemon) : kafka_from_here(kafka));
}

}  // namespace calsync::cli
