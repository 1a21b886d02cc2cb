#include "daemon/cli/command.hpp"

namespace calsync::cli {

namespace {
constexpr Command table[] = {
    {"send", "sign payloads and send them to an intake",
     "Each FILE is sent byte for byte, signed as Cal.com signs it (HMAC-SHA256 over the body). A folder "
     "stands for its *.json, *.raw and *.txt files in order of name; `-` is standard input. Where and with "
     "which secret is read from the settings unless --url and --secret say so. Over HTTPS the intake's own "
     "certificate (intake.tls.certificate) is trusted as it is, also a self-signed one, unless --url names "
     "another place: there give it with --ca-file. Exit code 1 when any delivery was not answered with 2xx.",
     declare_send},
    {"status", "what the daemon is doing",
     "Asks the daemon over its control socket. Without a daemon it shows the heads of the log and what is "
     "wrong with the settings, and ends with 1.",
     declare_status},
    {"doctor", "is all that calsync depends on as it must be",
     "Key, organisation, role, API versions, clock and rate limit at Cal.com; whether the intake is reached "
     "at its "
     "public address and Cal.com's subscription to it is active and complete; Kafka; Git. A line each, with "
     "the cure. "
     "Changes nothing. Where a daemon runs, its budget is used. Exit code 1 when a line says failed.",
     declare_doctor},
    {"validate", "check the configuration's files, offline",
     "Reads *.yaml, *.yml and *.json below DIR and tells everything that is wrong with them, each with file, "
     "line "
     "and column: unknown names, values that Cal.com refuses, names that name nothing, things stated twice. "
     "Needs "
     "no key and no network, and reads no secret. Exit code 2 when there is an error; warnings alone are no "
     "reason "
     "to stop.",
     declare_validate},
    {"sandbox", "a stand-in for Cal.com on this machine, to try calsync with",
     "Answers as Cal.com's API v2 does, sends signed webhooks to whoever subscribes, and forgets all when it "
     "ends, unless "
     "--state. It is a sandbox and no Cal.com: nobody in it is real. With --fault deliveries are lost, "
     "doubled, late or out "
     "of order and requests fail, the same ones for the same --seed; /sandbox/history and "
     "/sandbox/deliveries tell what "
     "truly happened. It runs until it is interrupted.",
     declare_sandbox},
    {"sandbox book", "make, move, cancel bookings in a running sandbox",
     "`sandbox book create --event-type 1 --start 2026-12-01T09:00:00Z`, then `sandbox book cancel UID`. "
     "Also what only "
     "Cal.com's web page can: location, guests, delete, out-of-office.",
     declare_sandbox_book},
    {"import", "the live organisation as configuration files",
     "Writes files that plan to nothing, sorted, without ids and without what Cal.com fills in by itself; "
     "hours that "
     "several people share become a pattern. Secrets are left out. Files that exist are refused. With "
     "--snapshot the "
     "live state is written to a file that `calsync plan --against` plans with, without a key. Changes "
     "nothing.",
     declare_import},
    {"plan", "what apply would do",
     "Compares the configuration's files with the live organisation: only what differs, in the order in "
     "which it would be "
     "made, and who moved it where the log knows what was last applied. What no file names is left alone. "
     "Exit code 2 when "
     "there is something to do, 3 when it would be unsafe: it says what would allow it. Changes nothing.",
     declare_plan},
    {"apply", "make the live organisation as the files say",
     "Shows the plan and asks. Each change is looked at before, read back after and noted in the log; what "
     "waits for one that "
     "failed is left out, the rest goes on, and the next run goes on from there. A new person is invited by "
     "e-mail. With a "
     "file of `calsync plan -o` exactly that plan is made, and refused (3) where files or organisation have "
     "moved. Exit code 5 "
     "when only a part was done.",
     declare_apply},
    {"drift", "what somebody changed at Cal.com since it was applied",
     "Compares the live organisation with what was last applied from here, or with the files of DIR. Exit "
     "code 2 when "
     "something differs, also a price and the like, which only a person can set. Changes nothing.",
     declare_drift},
    {"suspend", "the daemon leaves an address alone, or all of them",
     "What fits ADDRESS, a pattern such as \"eventType/*/draft-*\", is neither changed, healed nor told as "
     "drift, by the daemon and by "
     "`calsync apply`, until `calsync resume`; plans list it as held. Without ADDRESS the daemon applies "
     "nothing, and still looks and "
     "tells. What is suspended stands in the log, so a restart changes nothing.",
     declare_suspend},
    {"resume", "ends a suspension",
     "Of the ADDRESS as it was given to `calsync suspend`; without it the one of everything. The daemon "
     "looks at once.",
     declare_resume},
    {"rotate webhook-secret", "a new webhook secret without a gap",
     "The new one is written, and taken beside the old one; when the intake takes it (a ping says so) "
     "Cal.com is switched over and read back; after "
     "--overlap the old one is retired. The source names two files, or two fields in Vault, in its "
     "`secrets`: the first is the "
     "secret, the second the one before. Cut "
     "short it goes on from there when it is run again. Of other places it says what to do by hand (exit "
     "code 3).",
     declare_rotate_webhook_secret},
    {"rotate api-key", "a new key for Cal.com's API",
     "Only where calcom.api_key is a file or lies in Vault and can be written, which is tried first: Cal.com "
     "ends the old "
     "key at once. Elsewhere it says what to do by "
     "hand (exit code 3).",
     declare_rotate_api_key},
    {"forget", "a person erased from the log",
     "Destroys the keys of every record and event that names EMAIL; the hash chain holds. Of the person's "
     "bookings "
     "stays what an invoice needs: times, service, the other hosts, price and payment. Consumers are told "
     "(booking.erased), booking-state gets tombstones, and subject.erased stays as proof without a name. "
     "Says what "
     "backups and Kafka still hold. Refused (3) while the person has a booking that is not over or stands in "
     "the "
     "configuration. In Cal.com itself nothing is erased. There is no way back.",
     declare_forget},
    {"onboard", "somebody new: invited, in their teams, with hours and services",
     "One plan of all that is missing, shown and asked for; what is there already stays as it is, so that "
     "the same command goes on where "
     "it was cut short. With --dir what the files declare of them is made. Nothing of it is removed by files "
     "later, unless they declare it. "
     "Ends with what only the new person can do, and what to add to the configuration.",
     declare_onboard},
    {"connect", "what a team or a person still has to connect, with the links",
     "Of a team conferencing and payments, as the API shows them. Of a person the API shows nothing to "
     "others: the pages where they "
     "connect calendar and video themselves, and what their bookings show of it. Changes nothing.",
     declare_connect},
    {"offboard", "somebody leaves: every booking of the future goes to others first",
     "A hold keeps plans and the daemon from making or healing anything of theirs. Then time off for a year; "
     "each booking of the future is "
     "reassigned and read back; when none is left, and only then, they are taken off the hosts and out of "
     "the organisation. What Cal.com "
     "does not reassign (no round robin, co-hosts) is listed, with exit code 5: deal with it and run the "
     "same again, it goes on from there, as "
     "after a kill -9. The account and its history stay.",
     declare_offboard},
    {"ooo add", "time off for a person",
     "Whole days, the first and the last included. Shows the bookings inside and asks. Cal.com tells nobody "
     "of it: the next poll makes "
     "the event.",
     declare_ooo_add},
    {"ooo edit", "another time, reason or stand-in for time off", "What no option names stays as it is.",
     declare_ooo_edit},
    {"ooo list", "who is away, and when",
     "What is over is listed, too, as Cal.com keeps it. With --patch as files, to take into Git what people "
     "entered in Cal.com's UI.",
     declare_ooo_list},
    {"ooo rm", "takes time off back", "Shows which one and asks.", declare_ooo_rm},
    {"bookings list", "bookings as the log knows them, by their start",
     "Now, or with --as-of as they were known at a place in the log: at an event's sequence, or at a time "
     "(all "
     "that the log had taken in by then; a date: to the end of that day, UTC). The events up to there are "
     "read "
     "again, so the same place gives the same answer for ever.",
     declare_bookings_list},
    {"bookings people", "who was in bookings, as host or as who booked",
     "By e-mail, of the bookings that the filters leave, whatever became of them: how many, and the starts "
     "of the first and "
     "the last.",
     declare_bookings_people},
    {"bookings show", "one booking, its reschedule chain, and all events of it with what changed",
     "Also events of the bookings that it was rescheduled from and to. FROM says who told it: webhook, poll "
     "or "
     "apply; RAW is the record, which `calsync log show RAW` shows.",
     declare_bookings_show},
    {"bookings report", "a statement of the bookings in a range of days, with totals by editor and currency",
     "For invoices. Dates are inclusive, whole days in --timezone; money is in minor units. The price is the "
     "one that "
     "was first told of the booking, or of the oldest one that it was rescheduled from; the editor is the "
     "organiser. The statement names its place in the log (log, event, hash) and the SHA-256 of its content: "
     "with "
     "--at that event it is made again, byte for byte, on any machine. With --since-statement SEQ it gives "
     "the "
     "lines as they were at that earlier statement's event, and what changed since as further lines "
     "(reversed, "
     "added); totals are of all of them. In CSV a text that begins as a formula would (= + - @) gets an "
     "apostrophe "
     "in front. Exit code 3 where the log no longer has all events up to the place.",
     declare_bookings_report},
    {"bookings cancel", "cancel bookings",
     "Acts at Cal.com on the bookings as they are there now, by UID or by filter, through the daemon where "
     "one runs. "
     "Shows what it will do and whom Cal.com will write to, and asks. An answer that leaves open whether it "
     "was done is "
     "read back. Exit code 5 where some were done and some were not. Without --seat a booking with seats is "
     "cancelled for everybody.",
     declare_bookings_cancel},
    {"bookings reassign", "give bookings to another host",
     "Acts at Cal.com on the bookings as they are there now, by UID or by filter, through the daemon where "
     "one runs. "
     "Shows what it will do and whom Cal.com will write to, and asks. An answer that leaves open whether it "
     "was done is "
     "read back. Exit code 5 where some were done and some were not. For round robin event types only.",
     declare_bookings_reassign},
    {"bookings reschedule", "move a booking to another time",
     "Acts at Cal.com on the bookings as they are there now, by UID or by filter, through the daemon where "
     "one runs. "
     "Shows what it will do and whom Cal.com will write to, and asks. An answer that leaves open whether it "
     "was done is "
     "read back. Exit code 5 where some were done and some were not. It becomes a new booking with another "
     "uid.",
     declare_bookings_reschedule},
    {"bookings confirm", "accept bookings that wait for it",
     "Acts at Cal.com on the bookings as they are there now, by UID or by filter, through the daemon where "
     "one runs. "
     "Shows what it will do and whom Cal.com will write to, and asks. An answer that leaves open whether it "
     "was done is "
     "read back. Exit code 5 where some were done and some were not. Of a series all are confirmed.",
     declare_bookings_confirm},
    {"bookings decline", "turn down bookings that wait to be confirmed",
     "Acts at Cal.com on the bookings as they are there now, by UID or by filter, through the daemon where "
     "one runs. "
     "Shows what it will do and whom Cal.com will write to, and asks. An answer that leaves open whether it "
     "was done is "
     "read back. Exit code 5 where some were done and some were not.",
     declare_bookings_decline},
    {"bookings mark-absent", "say who did not come",
     "Acts at Cal.com on the bookings as they are there now, by UID or by filter, through the daemon where "
     "one runs. "
     "Shows what it will do and whom Cal.com will write to, and asks. An answer that leaves open whether it "
     "was done is "
     "read back. Exit code 5 where some were done and some were not. Cal.com takes it only after the start. "
     "No e-mails are sent.",
     declare_bookings_mark_absent},
    {"audit", "the log against Cal.com's API and against Kafka, booking by booking",
     "Reads the log, the API's list of bookings that start at --since or later, and what Kafka holds of the "
     "events "
     "made since then, and names what is not the same in all three. `now` is wrong as it is: a booking or "
     "change "
     "that the log misses, one that Cal.com no longer has, an event that Kafka lacks, has twice, out of "
     "order or "
     "otherwise. `pending` is too young to be wrong: newer than two poll intervals at Cal.com, or than a "
     "minute in "
     "the log. `history` is repaired: webhooks that were lost (a poll told it), late, repeated or out of "
     "order, "
     "and what Cal.com never announces. Exit code 2 only for `now`. What Kafka no longer retains is counted, "
     "not "
     "judged. A side that the settings do not have (calcom, kafka) is left out, and it says so. With "
     "--repair the "
     "daemon sweeps all of Cal.com at once where something is missed, and what is then still wrong is shown.",
     declare_audit},
    {"at", "what was known at a time or place in the log",
     "`at 2026-11-20 bookings` is `bookings list --as-of 2026-11-20`, with the same filters. `at WHEN "
     "config` is the "
     "organisation as it had been applied from here by then, in the words of its files, and what somebody "
     "had seen "
     "to be otherwise; WHEN may be a commit.",
     declare_at},
    {"log list", "raw records with what became of them, or domain events",
     "The newest records that match, 50 unless --limit or --all says otherwise, oldest first.",
     declare_log_list},
    {"log show", "one record or event in full",
     "A body may hold personal data: it is shown only with --body.", declare_log_show},
    {"log tail", "the last domain events, and with --follow each new one",
     "With --json a list; with --follow one JSON object a line. --follow needs a running daemon and outlives "
     "its restarts.",
     declare_log_tail},
    {"log quarantine", "records that could not be understood, with the reason", "", declare_log_quarantine},
    {"log retry", "read quarantined records again",
     "For use after an upgrade. The retry is itself a record of the log. Exit code 1 when any stays in "
     "quarantine, or was not there.",
     declare_log_retry},
    {"log replay", "copy events into other topics or a file",
     "Shows how many events match and asks. Replays never go into the live topics: name a suffix for the "
     "topics, or a file (JSON lines of CloudEvents in structured mode; `-` is standard output). A file that "
     "exists is refused, and so are topics that hold records (exit code 3), unless --append.",
     declare_log_replay},
    {"log verify", "check chain, seals, counts and checksums",
     "Exit code 1 when there is damage; it is listed.", declare_log_verify},
    {"log rebuild", "make events and views anew from the raw records",
     "With --verify nothing is written: the result is compared with the log byte for byte, exit code 2 on a "
     "difference.",
     declare_log_rebuild},
    {"log backup", "copy the log to a directory of backups, and read the copy back",
     "Each backup costs only what is new since the one before. A running daemon makes it, else it is made "
     "here; "
     "the daemon also makes one by itself every log.backup.interval. The keys of the seals travel with it: "
     "who "
     "can read a backup can read every delivery, so guard it as the log itself. A person's erasure does not "
     "reach into backups made before it: keep them no longer than needed.",
     declare_log_backup},
    {"log restore", "make the log anew from a backup, where there is none",
     "Into log.path, which must be empty or missing: move a damaged log away, and keep it, for it may hold "
     "what "
     "no backup has. Every file of the backup is read back first. The restored log publishes nothing before "
     "`calsync log rejoin`; what daemon wrote the lost log must never run again.",
     declare_log_restore},
    {"log rejoin", "bring a restored log up to what Kafka has",
     "Reads from the live topics the events that the backup lacks, writes them into the log, and compares "
     "both "
     "to the last. What was acknowledged and is in no event is listed by its raw sequence. Takes the log's "
     "lock: "
     "stop the daemon first (behind its socket unit senders wait). Cut short it goes on where it was.",
     declare_log_rejoin},
};
}  // namespace

std::span<const Command> commands() {
  return table;
}

}  // namespace calsync::cli
