#include "daemon/cli/payload_files.hpp"

#include "daemon/cli/deep_json.hpp"
#include "state/base/crypto.hpp"

#include <boost/json.hpp>

#include <cctype>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <set>

namespace calsync::cli {

namespace {
namespace fs = std::filesystem;
constexpr std::size_t body_most = 16U << 20U;

bool is_payload(const fs::path& file) {
  const std::string name = file.filename().string();
  if (name == "manifest.json" || name.ends_with(".headers.json") || name.starts_with('.')) return false;
  const auto extension = file.extension();
  return extension == ".json" || extension == ".raw" || extension == ".txt";
}

Result<std::string> read_all(std::istream& in, const std::string& name) {
  std::string body;
  char part[65536];
  while (in.read(part, sizeof part) || in.gcount() > 0) {
    body.append(part, static_cast<std::size_t>(in.gcount()));
    if (body.size() > body_most)
      return Error{Errc::rejected, name + " is larger than 16 MiB: no intake takes that"};
  }
  if (in.bad()) return Error{Errc::io, "cannot read " + name};
  return body;
}

Result<Payload> read_payload(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{Errc::not_found, "cannot open " + path};
  CALSYNC_TRY(body, "read " + path, read_all(file, path));
  std::string type = content_type_of(body);
  return Payload{path, std::move(body), std::move(type)};
}

struct Folder {
  std::vector<std::string> files;   // payloads, by name
  std::vector<std::string> others;  // names, sorted
};
Result<Folder> look_into(const std::string& path) {
  Folder folder;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(path, failed)) {
    if (entry.is_regular_file() && is_payload(entry.path()))
      folder.files.push_back(entry.path().string());
    else
      folder.others.push_back(entry.path().filename().string());
  }
  if (failed) return Error{Errc::io, "cannot list " + path + ": " + failed.message()};
  if (folder.files.empty()) return Error{Errc::rejected, "no *.json, *.raw or *.txt in " + path};
  std::ranges::sort(folder.files);
  std::ranges::sort(folder.others);
  return folder;
}

// "DIR: manifest.json and 40 more"
std::string left_out_of(const std::string& path, const std::vector<std::string>& names) {
  constexpr std::size_t named = 3;
  std::string line = path + ": ";
  for (std::size_t i = 0; i < std::min(named, names.size()); ++i) line += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > named) line += " and " + std::to_string(names.size() - named) + " more";
  return line;
}

// --- freshen ---
constexpr std::string_view uid_names[] = {"uid",  "bookingUid",      "rescheduleUid", "attendeeSeatId",
                                          "uuid", "recurringEventId"};
constexpr std::string_view number_names[] = {"bookingId", "rescheduleId", "paymentId", "responseId"};
constexpr std::size_t uid_least = 8;  // shorter ones may be part of other words

void collect_uids(const boost::json::value& value, std::set<std::string, std::less<>>& uids) {
  if (const auto* list = value.if_array())
    for (const auto& one : *list) collect_uids(one, uids);
  if (const auto* object = value.if_object())
    for (const auto& [key, member] : *object) {
      const bool named =
          std::find(std::begin(uid_names), std::end(uid_names), std::string_view(key)) != std::end(uid_names);
      if (named && member.is_string() && member.as_string().size() >= uid_least)
        uids.emplace(member.as_string());
      collect_uids(member, uids);
    }
}

// Same length, and a hex digit stays one: a UUID stays a UUID.
std::string other_uid(const std::string& uid, std::string_view round) {
  static constexpr std::string_view hex = "0123456789abcdef";
  const Digest digest = sha256(std::string(round) + "/" + uid);
  std::string out = uid;
  for (std::size_t i = 0; i < out.size(); ++i)
    if (std::isalnum(static_cast<unsigned char>(out[i])) != 0)
      out[i] = hex[digest[i % digest.size()] >> (i / digest.size() % 2 * 4) & 0xFU];
  return out;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

void replace_numbers(std::string& text, std::string_view name, std::uint32_t shift) {
  const std::string key = "\"" + std::string(name) + "\":";
  for (std::size_t at = text.find(key); at != std::string::npos; at = text.find(key, at + key.size())) {
    const std::size_t begin = at + key.size();
    std::size_t end = begin;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9' && end - begin < 9) ++end;
    if (end == begin) continue;
    text.replace(
        begin, end - begin,
        std::to_string(std::stoull(text.substr(begin, end - begin)) + (std::uint64_t{shift} << 20U)));
  }
}
}  // namespace

std::string content_type_of(std::string_view body) {
  return parse_deep_json(body) ? "application/json" : "application/x-www-form-urlencoded";
}

Result<ReadPayloads> read_payloads(const std::vector<std::string>& paths) {
  ReadPayloads read;
  for (const auto& path : paths) {
    if (path == "-") {
      CALSYNC_TRY(body, "read standard input", read_all(std::cin, "standard input"));
      std::string type = content_type_of(body);
      read.payloads.push_back({"-", std::move(body), std::move(type)});
      continue;
    }
    std::vector<std::string> files{path};
    if (fs::is_directory(path)) {
      CALSYNC_TRY(folder, "read " + path, look_into(path));
      files = std::move(folder.files);
      if (!folder.others.empty()) read.left_out.push_back(left_out_of(path, folder.others));
    }
    for (const auto& file : files) {
      CALSYNC_TRY(payload, "send", read_payload(file));
      read.payloads.push_back(std::move(payload));
    }
  }
  return read;
}

Payload ping_payload(Instant now) {
  const std::string time = to_text(now);
  std::string body =
      R"({"triggerEvent":"PING","createdAt":")" + time +
      R"(","payload":{"type":"Test","title":"Test trigger event","description":"","startTime":")" + time +
      R"(","endTime":")" + time +
      R"(","attendees":[{"email":"jdoe@example.com","name":"John Doe","timeZone":"Europe/London",)"
      R"("language":{"locale":"en"}}],"organizer":{"name":"Cal","email":"no-reply@cal.com",)"
      R"("timeZone":"Europe/London","language":{"locale":"en"}}}})";
  return {"ping", std::move(body), "application/json"};
}

std::vector<Payload> freshen(const std::vector<Payload>& payloads, std::string_view round) {
  std::set<std::string, std::less<>> uids;
  for (const auto& payload : payloads) {
    const auto value = parse_deep_json(payload.body);
    if (value) collect_uids(*value, uids);
  }
  const Digest digest = sha256(round);
  const std::uint32_t shift =
      1U + (std::uint32_t{digest[0]} << 16U | std::uint32_t{digest[1]} << 8U | digest[2]);
  auto fresh = payloads;
  for (auto& payload : fresh) {
    for (const auto& uid : uids) replace_all(payload.body, uid, other_uid(uid, round));
    for (const auto name : number_names) replace_numbers(payload.body, name, shift);
  }
  return fresh;
}

}  // namespace calsync::cli
