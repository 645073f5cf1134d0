// The room demo: joins the room of the address bar with the token that was pasted.

import { nameInAddress } from "../address.ts";
import { Meeting } from "../meeting.ts";
import { randomTopic } from "../names.ts";
import { type Configuration, fetchConfiguration } from "./configuration.ts";
import { Stay } from "./stay.ts";
import { readToken, type Token } from "./token.ts";
import { View } from "./view.ts";
import { inWords } from "./words.ts";

const noToken =
  "This is no token: it has three parts with dots between them, and says who it is for.";

const meeting = new Meeting();
const { gathering } = meeting;
const view = new View({ onJoin: join, onRenew: renew, onLeave: leave });
let stay: Stay | undefined;
/** How often the user has asked for something: what was asked before is answered no longer. */
let wishes = 0;

choose(nameInAddress() || randomTopic());
view.showOut("Not joined");
meeting.name = "";

addEventListener("hashchange", () => {
  const room = nameInAddress();
  if (room === "" || room === view.room) return;
  choose(room);
  if (stay) join();
});

/** Puts a room on the page and into its address. */
function choose(room: string): void {
  view.room = room;
  history.replaceState(null, "", `#${encodeURIComponent(room)}`);
  view.showLink(location.href);
}

async function join(): Promise<void> {
  end();
  const { room } = view;
  choose(room);
  if (!/^[\w-]{1,100}$/.test(room)) return refuse(inWords("invalid room id"));
  view.showOut(`Asking for ${room} …`);
  const given = await admitted();
  if (given === undefined) return;
  if ("problem" in given) return refuse(given.problem);
  enter(room, given.token, given.configuration);
}

function enter(room: string, token: Token, configuration: Configuration): void {
  const { iceServers = [], iceTransportPolicy } = configuration;
  const urls = iceServers.flatMap((server) => server.urls).join(", ");
  gathering.log(`ICE servers: ${urls}; transport: ${iceTransportPolicy}`, "detail");
  view.showStaying(`Joining ${room} …`);
  const entered = new Stay({
    room,
    token,
    configuration,
    meeting,
    onIn: () => {
      view.showStaying(`In ${room} as`);
      view.showToken(entered.token);
      gathering.log(`Joined ${room}`, "good");
    },
    onLost: () => {
      view.showStaying("The server is out of reach; trying again.");
      view.showToken(undefined);
    },
    onNotRenewed: (problem) => {
      view.showProblem(problem);
      view.showToken(entered.token);
    },
    onRefused: (problem) => {
      end();
      refuse(problem);
    },
  });
  stay = entered;
}

async function renew(): Promise<void> {
  const given = await admitted();
  if (given === undefined || stay === undefined) return;
  const { userId } = stay.token;
  if ("problem" in given) return view.showProblem(given.problem);
  if (given.token.userId !== userId)
    return view.showProblem(inWords("this token is another user's"));
  stay.renew(given.token, given.configuration);
  view.showToken(given.token);
  gathering.log("Gave the server another token");
}

/** The token in the field, if the server takes it; nothing where the user has asked for more meanwhile. */
async function admitted(): Promise<
  | { readonly token: Token; readonly configuration: Configuration }
  | { readonly problem: string }
  | undefined
> {
  wishes += 1;
  const wish = wishes;
  view.showProblem("");
  const token = readToken(view.token);
  if (token === undefined)
    return { problem: view.token.trim() === "" ? inWords("token missing") : noToken };
  const answer = await fetchConfiguration(token);
  if (wish !== wishes) return undefined;
  return "problem" in answer ? answer : { token, ...answer };
}

function leave(): void {
  end();
  meeting.stopCamera();
  view.showProblem("");
  view.showOut("Not joined");
  gathering.log("Left");
}

function refuse(problem: string): void {
  view.showOut("Not joined");
  view.showProblem(problem);
  gathering.log(problem, "error");
}

function end(): void {
  wishes += 1;
  stay?.end();
  stay = undefined;
}
