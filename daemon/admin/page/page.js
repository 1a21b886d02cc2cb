// The page of the admin address. Whatever came from outside is put in as text, never as markup.
"use strict";
const $ = (id) => document.getElementById(id);
const rows_most = 200;
let token = sessionStorage.getItem("token") || "";

async function ask(path, sent) {
  const headers = token ? {Authorization: "Bearer " + token} : {};
  const answer = await fetch(path, sent ? {method: "POST", headers, body: JSON.stringify(sent)} : {headers});
  if (answer.status === 401) { $("login").hidden = false; throw new Error("the token is missing or wrong"); }
  const body = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(body.error ? body.error.message : answer.status), {status: answer.status});
  return body;
}
function element(name, text, kind) {
  const made = document.createElement(name);
  made.textContent = text === null || text === undefined ? "–" : String(text);
  if (kind) made.className = kind;
  return made;
}
const short = (text) => (text ? text.slice(0, 12) : "none yet");
const when = (text) => (text ? text.replace("T", " ").slice(0, 19) : "–");

function show_now(status) {
  const list = [["Version", status.version], ["Log", `${status.log.rawHead} records, ${status.log.eventHead} events, ${status.log.quarantined} in quarantine`]];
  if (status.publisher) list.push(["Kafka", `${status.publisher.state}, ${status.publisher.mode}, lag ${status.publisher.lag}`]);
  list.push(["Intake", status.intake.listening ? `${status.intake.listening}, ${status.intake.connections} connections` : "off"]);
  if (status.poll) list.push(["Polls", `last good ${when(status.poll.lastGood)}, ${status.poll.found} changes that no webhook told`]);
  if (status.reconcile) list.push(["Git", `${status.reconcile.mode}, in force ${short(status.reconcile.inForce)}, applied ${short(status.reconcile.applied)}, last look ${when(status.reconcile.lastLook)}`]);
  $("now").replaceChildren(...list.flatMap(([name, text]) => [element("dt", name), element("dd", text)]));
  const state = $("state"), words = status.ready ? "ready" : "not ready";
  if (state.textContent !== words) { state.textContent = words; state.className = status.ready ? "good" : "bad"; }
  const kinds = {error: "bad", warning: "warn", info: ""};
  const notes = status.conditions.map((one) => {
    const line = element("li", "");
    line.append(element("span", one.severity, kinds[one.severity]), ` ${one.component}: ${one.message} (since ${when(one.since)})`);
    return line;
  });
  $("conditions").replaceChildren(...(notes.length ? notes : [element("li", "nothing")]));
}

function show_changes(place, plan, nothing) {
  const line = (change) => {
    const item = element("li", `${change.action} ${change.address}`);
    if (change.fields.length) item.append(": " + change.fields.map((field) => field.pointer.slice(1)).join(", "));
    const impact = change.impact;
    if (impact && impact.upcomingBookings.length) item.append(element("span", ` touches ${impact.upcomingBookings.length} bookings, ${impact.people.length} people`, "warn"));
    return item;
  };
  const list = document.createElement("ul");
  list.append(...plan.changes.map(line), ...plan.refused.map((one) => element("li", `refused ${one.address || ""}: ${one.what}`, "bad")));
  $(place).replaceChildren(list.children.length ? list : element("p", nothing));
}
async function show_organisation() {
  for (const [place, nothing] of [["plan", "nothing: the live organisation is as Git says"], ["drift", "nothing: all is as it was applied"]]) {
    try { show_changes(place, await ask("api/v1/" + place), nothing); } catch (error) { $(place).replaceChildren(element("p", error.message)); }
  }
}

function table_row(cells) {
  const row = document.createElement("tr");
  row.setAttribute("role", "row");
  for (const [text, kind] of cells) {
    const cell = element("td", text, kind);
    cell.setAttribute("role", "cell");
    row.append(cell);
  }
  return row;
}
function event_row(event) {
  return table_row([[event.sequence], [when(event.time)], [event.type], [event.origin], [about(event)]]);
}
function about(event) {
  const booking = event.value && event.value.booking;
  return booking ? `${booking.title || event.subject} · ${when(booking.start)} · ${booking.status}` : event.subject;
}
function show_event(event) {
  $("rows").prepend(event_row(event));
  while ($("rows").children.length > rows_most) $("rows").lastChild.remove();
}
// Resolves with the place reached when the stream is refused or ends for good; until then the browser connects again by itself.
function stream_events(after) {
  return new Promise((ended) => {
    const stream = new EventSource(`api/v1/events?after=${after}`);
    stream.onmessage = (message) => { after = Number(message.lastEventId); show_event(JSON.parse(message.data)); };
    stream.onerror = () => { if (stream.readyState === EventSource.CLOSED) ended(after); };
  });
}
async function follow_events() {
  const status = await ask("api/v1/status");
  let after = Math.max(0, status.log.eventHead - 25);
  if (window.EventSource && !token) after = await stream_events(after);  // it cannot send a token
  for (;;) {
    try {
      const page = await ask(`api/v1/events?after=${after}&limit=100&wait=20s`);
      after = page.next;
      page.items.forEach(show_event);
    } catch (error) {
      await new Promise((go_on) => setTimeout(go_on, 3000));
    }
  }
}

let held = [], held_count = 0;
async function show_quarantine(count) {
  if (count === held_count) return;
  $("quarantine").hidden = count === 0;
  $("retry").hidden = !token;
  if (!token) $("retried").textContent = "`calsync log retry` on its machine reads them again; this page does with admin.token";
  held_count = count;
  held = (await ask("api/v1/quarantine")).items;
  $("held").replaceChildren(...held.map((one) => element("li", `record ${one.sequence} of ${when(one.received)}: ${one.reason}`)));
}
async function retry() {
  $("retried").textContent = "asking …";
  try {
    const told = (await ask("api/v1/retry", {sequences: held.map((one) => one.sequence)})).retried;
    const of = (...outcomes) => told.filter((one) => outcomes.includes(one.outcome)).length;
    const waiting = of("pending", "failed");
    $("retried").textContent = `${of("event", "no_change", "nothing")} read, ${of("quarantined")} still cannot be` + (waiting ? `, ${waiting} not answered yet` : "");
  } catch (error) { $("retried").textContent = error.message; }
  keep_up();
}

async function search(submitted) {
  submitted.preventDefault();
  const table = $("bookings"), words = $("text").value.trim();
  try {
    const page = await ask("api/v1/bookings?limit=100" + (words ? "&text=" + encodeURIComponent(words) : ""));
    const people = (list) => list.map((one) => one.email || one.name).join(", ");
    table.tBodies[0].replaceChildren(...page.items.map((one) => table_row(
      [[when(one.start)], [one.status], [one.title, "text"], [people(one.hosts), "text"], [people(one.attendees)]])));
    table.hidden = page.items.length === 0;
    $("found").textContent = `${page.items.length}${page.more ? " or more" : ""} found`;
  } catch (error) { $("found").textContent = error.message; }
}

async function keep_up() {
  try {
    const status = await ask("api/v1/status");
    show_now(status);
    await show_quarantine(status.log.quarantined);
  } catch (error) { $("state").textContent = "does not answer: " + error.message; $("state").className = "bad"; }
}
$("login").addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  token = $("token").value;
  sessionStorage.setItem("token", token);
  location.reload();
});
$("search").addEventListener("submit", search);
$("retry").addEventListener("click", retry);
keep_up();
setInterval(keep_up, 2000);
show_organisation();
setInterval(show_organisation, 10000);
follow_events().catch(() => {});
