// The bodies that `send` sends: files byte for byte, standard input,
// or the ping of Cal.com's own test button.
#pragma once
#include "state/base/time.hpp"

#include <vector>

namespace calsync::cli {

struct Payload {
  std::string name;  // for people: the file as given
  std::string body;
  std::string content_type;
};

struct ReadPayloads {
  std::vector<Payload> payloads;
  std::vector<std::string> left_out;  // a line for each folder that has other files, with their names
};

// Folders stand for their *.json, *.raw and *.txt in order of name; manifest.json and *.headers.json are no
// payloads. "-" is standard input, once.
// Fails: not_found, rejected (a folder without payloads, a body above 16 MiB), io.
Result<ReadPayloads> read_payloads(const std::vector<std::string>& paths);

// What the "Ping test" button of Cal.com's web UI sends (CONTRACT §11.4).
Payload ping_payload(Instant now);

// As Cal.com's sender decides it: JSON where the text is JSON, else the form type (CONTRACT §11.1).
std::string content_type_of(std::string_view body);

// The same facts about other bookings: every uid and booking number of these bodies is replaced, the same one
// always by the same one within a `round`, so that a reschedule still finds its booking.
// All other bytes stay.
std::vector<Payload> freshen(const std::vector<Payload>& payloads, std::string_view round);

}  // namespace calsync::cli
