// The demo of rooms: joins the room of the address bar with a token, which is pasted, kept in the tab, or given by a
// server that was started with --dev.

import { render } from "preact";
import { redrawing } from "../../pieces/redrawing.ts";
import { untilNextTry } from "../../pieces/retry-delay.ts";
import { nameInAddress, pageMain } from "../address.ts";
import { Meeting } from "../meeting.ts";
import { randomTopic } from "../names.ts";
import { fetchIce } from "../server-ice.ts";
import { inWords } from "../words.ts";
import { fetchAccess, type RoomAccess } from "./access.ts";
import { keepToken, keptToken } from "./kept-token.ts";
import { RoomPage } from "./room-page.tsx";
import { RoomStay } from "./stay.ts";
import { readToken } from "./token.ts";
import type { TokenGrant } from "./token-renewals.ts";

const meeting = new Meeting(redrawing(draw));
const fields = { room: nameInAddress() || randomTopic(), token: keptToken() };
let access: RoomAccess | undefined;
let stay: RoomStay | undefined;
/** How often the user has wanted another token: only the last is told of. */
let wishes = 0;

void begin();

addEventListener("hashchange", () => {
  const room = nameInAddress();
  if (room === "" || room === fields.room) return;
  fields.room = room;
  if (meeting.standing.state === "out") return show();
  void join();
});

/** Joins by itself if it was in before a reload, and with --dev. */
async function begin(): Promise<void> {
  const wasIn = history.state?.isIn === true;
  show();
  access = await fetchAccess();
  draw();
  if (access?.hasKey === false) meeting.refuse("no JWT key configured");
  else if (wasIn || (fields.token === "" && access?.token !== undefined)) await join();
}

/** Shows the room in the address. */
function show(isIn = false): void {
  history.replaceState({ isIn }, "", `#${encodeURIComponent(fields.room)}`);
  draw();
}

async function join(): Promise<void> {
  const { room } = fields;
  wishes++;
  stay = undefined;
  show();
  if (!/^[\w-]{1,100}$/.test(room)) return meeting.refuse("invalid room id");
  await meeting.enter(room, async (options) => {
    let given = await admitted();
    for (let failures = 0; given === undefined && !options.signal.aborted; failures++) {
      await untilNextTry(failures, options.onWaiting);
      if (!options.signal.aborted) given = await admitted();
    }
    if (given === undefined || options.signal.aborted) throw new Error("left");
    const entered = new RoomStay({
      ...given,
      room,
      onName: (name) => {
        meeting.name = name;
        draw();
      },
      onRenewed: (token) => {
        keepToken(token.text);
        meeting.log("The server has taken another token");
      },
      onNotRenewed: (reason) => tell(`Refused: ${inWords(reason)}`),
      onError: (code, message) => meeting.log(`Server: ${message} (${code})`, "error"),
    });
    stay = entered;
    const joined = await entered.enter(options);
    keepToken(entered.token.text);
    show(true);
    return joined;
  });
}

async function renew(): Promise<void> {
  const wish = ++wishes;
  tell("");
  try {
    const given = await admitted();
    if (wish !== wishes || stay === undefined || meeting.standing.state === "out") return;
    if (given === undefined) return tell("The server is out of reach.");
    if (given.token.userId !== stay.token.userId)
      return tell("This token is another user's: leave first to join with it.");
    stay.renew(given);
  } catch (error) {
    if (wish === wishes) tell(`Refused: ${inWords(error instanceof Error ? error.message : "")}`);
  }
}

/**
 * The token in the field, and what the server gives for it. With --dev the server gives another in place of a bad one.
 * @returns `undefined` if the server is out of reach
 * @throws with the reason if the token is refused
 */
async function admitted(): Promise<TokenGrant | undefined> {
  const answer = await ask();
  if (answer === undefined || !("refusal" in answer)) return answer;
  const given = access?.isDev === true ? (await fetchAccess())?.token : undefined;
  if (given === undefined) throw new Error(answer.refusal);
  const why = fields.token === "" ? "" : `, in place of one that is refused: ${answer.refusal}`;
  meeting.log(`The server has given this tab a token${why}`);
  fields.token = given;
  const again = await ask();
  if (again !== undefined && "refusal" in again) throw new Error(again.refusal);
  return again;
}

async function ask(): Promise<TokenGrant | { readonly refusal: string } | undefined> {
  const token = readToken(fields.token);
  if (token === undefined)
    return { refusal: fields.token === "" ? "token missing" : "token malformed" };
  const answer = await fetchIce(token.text);
  return answer === undefined || "refusal" in answer ? answer : { token, ...answer };
}

function leave(): void {
  wishes++;
  meeting.leave();
  show();
}

function tell(problem: string): void {
  meeting.problem = problem;
  draw();
}

function draw(): void {
  const { standing } = meeting;
  const until = standing.state === "in" ? stay?.token.until : undefined;
  const shown = {
    ...standing,
    more: until === undefined ? "" : `until ${new Date(until).toLocaleString()}`,
  };
  render(
    <RoomPage
      {...{ meeting, access, fields, join, renew, leave }}
      standing={shown}
      set={(changed) => {
        Object.assign(fields, changed);
        show(standing.state === "in");
      }}
    />,
    pageMain(),
  );
}
