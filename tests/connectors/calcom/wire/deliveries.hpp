// Deliveries as Cal.com would send them, for tests that need many: JSON text with the fields a test is about.
#pragma once
#include <string>

namespace calsync {

struct Delivery {
  std::string trigger, created_at, payload;  // payload: members, without the braces
  [[nodiscard]] std::string text() const {
    return R"({"triggerEvent":")" + trigger + R"(","createdAt":")" + created_at + R"(","payload":{)" +
           payload + "}}";
  }
};

inline std::string minute(int n) {
  return "2026-09-14T08:" + std::string(n < 10 ? "0" : "") + std::to_string(n) + ":00.000Z";
}
inline std::string number_of(const std::string& uid) {
  return std::to_string(1000 + (uid.empty() ? 0 : static_cast<int>(uid.back())));
}
inline std::string common(const std::string& uid, const std::string& more = "") {
  return R"("uid":")" + uid + R"(","bookingId":)" + number_of(uid) +
         R"(,"title":"Review","startTime":"2026-10-01T14:00:00Z","endTime":"2026-10-01T15:00:00Z","type":"review",)"
         R"("organizer":{"id":7,"name":"Ana","email":"ana@house.test","timeZone":"Europe/Lisbon","language":{"locale":"pt"}},)"
         R"("attendees":[{"name":"Bo","email":"Bo@client.test","timeZone":"Europe/Berlin","language":{"locale":"de"}}])" +
         more;
}
inline Delivery created(const std::string& uid, int at,
                        const std::string& more = R"(,"status":"ACCEPTED","metadata":{"orderId":"1"})") {
  return {"BOOKING_CREATED", minute(at), common(uid, more)};
}
inline Delivery requested(const std::string& uid, int at,
                          const std::string& more = R"(,"status":"PENDING")") {
  return {"BOOKING_REQUESTED", minute(at), common(uid, more)};
}
inline Delivery rescheduled(const std::string& uid, const std::string& old, int at) {
  return {
      "BOOKING_RESCHEDULED", minute(at),
      common(uid, R"(,"status":"ACCEPTED","rescheduleUid":")" + old +
                      R"(","rescheduleStartTime":"2026-09-30T14:00:00Z","rescheduleId":)" + number_of(old))};
}
inline Delivery cancelled(const std::string& uid, int at,
                          const std::string& more = R"(,"status":"CANCELLED","cancellationReason":"ill")") {
  return {"BOOKING_CANCELLED", minute(at), common(uid, more)};
}
inline Delivery rejected(const std::string& uid, int at) {
  return {"BOOKING_REJECTED", minute(at), common(uid, R"(,"status":"REJECTED","rejectionReason":"full")")};
}
inline Delivery paid(const std::string& uid, int at, int payment) {
  return {"BOOKING_PAID", minute(at),
          common(uid, R"(,"status":"ACCEPTED","price":9000,"currency":"eur","paymentId":)" +
                          std::to_string(payment))};
}
// As an older server says it: that it was paid, not by which payment.
inline Delivery paid_without_id(const std::string& uid, int at) {
  return {"BOOKING_PAID", minute(at), common(uid, R"(,"status":"ACCEPTED","price":9000,"currency":"eur")")};
}
inline Delivery no_show(const std::string& uid, int at, bool absent) {
  return {"BOOKING_NO_SHOW_UPDATED", minute(at),
          R"("bookingUid":")" + uid + R"(","attendees":[{"email":"bo@client.test","noShow":)" +
              (absent ? "true" : "false") + "}]"};
}
inline Delivery seat(const std::string& uid, int at, const std::string& who, const std::string& seat_uid) {
  return {
      "BOOKING_CREATED", minute(at),
      R"("uid":")" + uid +
          R"(","bookingId":5,"title":"Clinic","startTime":"2026-10-01T14:00:00Z","endTime":"2026-10-01T15:00:00Z",)"
          R"("status":"ACCEPTED","seatsPerTimeSlot":8,"organizer":{"id":7,"name":"Ana","email":"ana@house.test","timeZone":"Europe/Lisbon"},)"
          R"("attendeeSeatId":")" +
          seat_uid + R"(","attendees":[{"name":")" + who + R"(","email":")" + who +
          R"(@client.test","timeZone":"UTC"}])"};
}
inline Delivery seat_left(const std::string& uid, int at, const std::string& who) {
  return {
      "BOOKING_CANCELLED", minute(at),
      R"("uid":")" + uid +
          R"(","bookingId":5,"title":"Clinic","startTime":"2026-10-01T14:00:00+00:00","endTime":"2026-10-01T15:00:00+00:00",)"
          R"("status":"CANCELLED","seatsPerTimeSlot":8,"cancellationReason":"ill","attendees":[{"name":")" +
          who + R"(","email":")" + who + R"(@client.test","timeZone":"UTC"}])"};
}

// The same through a second subscription: some milliseconds later.
inline Delivery copy_of(Delivery delivery) {
  delivery.created_at.replace(delivery.created_at.find(".000Z"), 5, ".007Z");
  return delivery;
}
// The same, naming the booking by its number only.
inline Delivery by_number(Delivery delivery) {
  const std::string name = R"("uid":")";
  const auto begin = delivery.payload.find(name);
  const auto end = delivery.payload.find("\",", begin + name.size());
  delivery.payload.erase(begin, end + 2 - begin);
  return delivery;
}
inline Delivery payment_initiated(const std::string& uid, int at, int payment) {
  return {"BOOKING_PAYMENT_INITIATED", minute(at),
          common(uid, R"(,"status":"ACCEPTED","paymentId":)" + std::to_string(payment))};
}
inline Delivery reschedule_requested(const std::string& uid, int at) {
  return cancelled(uid, at, R"(,"status":"CANCELLED","requestReschedule":true)");
}
// `trigger`: MEETING_STARTED or MEETING_ENDED; `old`: the uid that the booking was moved from, or empty.
inline Delivery meeting(const std::string& trigger, const std::string& uid, int at, const std::string& old) {
  const std::string from = old.empty() ? "" : R"(,"fromReschedule":")" + old + "\"";
  return {trigger, minute(at), common(uid, R"(,"status":"ACCEPTED")" + from)};
}
inline Delivery recording(const std::string& trigger, const std::string& uid, int at,
                          const std::string& name) {
  return {trigger, minute(at), common(uid, R"(,"downloadLink":"https://r.test/)" + name + "\"")};
}
inline Delivery nobody_came(const std::string& trigger, const std::string& uid, int at,
                            const std::string& host) {
  return {trigger, minute(at),
          R"("bookingUid":")" + uid + R"(","title":"Review","hostEmail":")" + host + "\""};
}
inline Delivery nobody_came_to_number(const std::string& trigger, const std::string& uid, int at,
                                      const std::string& host) {
  return {trigger, minute(at), R"("bookingId":)" + number_of(uid) + R"(,"hostEmail":")" + host + "\""};
}
inline Delivery time_off(const std::string& uuid, int updated, const std::string& start) {
  return {"OOO_CREATED", minute(updated),
          R"("oooEntry":{"id":4,"uuid":")" + uuid + R"(","start":")" + start +
              R"(T00:00:00+01:00","end":"2026-12-24T23:59:59+01:00","updatedAt":")" + minute(updated) +
              R"(","user":{"id":7,"email":"ana@house.test","name":"Ana"}})"};
}
inline Delivery form(const std::string& id, int at, const std::string& answer) {
  return {"FORM_SUBMITTED", minute(at),
          R"("formId":")" + id + R"(","responses":{"q":{"value":")" + answer + "\"}}"};
}
inline Delivery form_without_booking(const std::string& id, int at, int response) {
  return {"FORM_SUBMITTED_NO_EVENT", minute(at),
          R"("formId":")" + id + R"(","responseId":)" + std::to_string(response)};
}

}  // namespace calsync
