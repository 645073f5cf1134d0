// Reads the addresses of Redis and of Sentinels that an operator has set.

/** The address of one Redis: by TCP, or by a Unix domain socket. */
export type RedisAddress = TcpAddress | UnixAddress;

interface Login {
  readonly username?: string;
  readonly password?: string;
}

export interface TcpAddress extends Login {
  readonly host: string;
  readonly port: number;
  readonly db: number;
  readonly isTls: boolean;
}

export interface UnixAddress extends Login {
  readonly path: string;
  readonly db: number;
}

const form = "must be redis://[[user:]password@]host[:port][/db], rediss:// or unix:///path";

const sentinelForm =
  "must be addresses with commas: [redis://[[user:]password@]]host[:port], or rediss://";

const redisPort = 6379;
const sentinelPort = 26_379;

/**
 * @param text addresses, separated by commas; user, password and TLS of the first are used for all
 * @returns the addresses, or what is wrong, as the end of a sentence
 */
export function readAddresses(text: string): readonly [RedisAddress, ...RedisAddress[]] | string {
  const read = text.split(",").map((each) => readAddress(each.trim()));
  const [first, ...others] = read.filter((address) => address !== undefined);
  if (first === undefined || others.length + 1 < read.length) return form;
  return [first, ...others];
}

/** The same for Sentinels. */
export function readSentinels(text: string): readonly TcpAddress[] | string {
  const sentinels: TcpAddress[] = [];
  for (const each of text.split(",").map((part) => part.trim())) {
    const address = readTcp(each.includes("://") ? each : `redis://${each}`, sentinelPort);
    if (address === undefined) return sentinelForm;
    sentinels.push(address);
  }
  return sentinels;
}

const readAddress = (text: string): RedisAddress | undefined =>
  text.startsWith("unix:") ? readUnix(text) : readTcp(text, redisPort);

function readTcp(text: string, defaultPort: number): TcpAddress | undefined {
  const url = urlOf(text);
  const db = dbOf(url?.pathname.slice(1) ?? "");
  const isRedis = url?.protocol === "redis:" || url?.protocol === "rediss:";
  if (url === undefined || !isRedis || url.hostname === "" || db === undefined) return undefined;
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port === "" ? defaultPort : Number(url.port),
    db,
    isTls: url.protocol === "rediss:",
    ...loginOf(url),
  };
}

/** `unix:///path` or `unix://user:password@/path`, perhaps followed by `?db=1`. */
function readUnix(text: string): UnixAddress | undefined {
  // `URL` takes a user only with a host, so the path gets the host `none`.
  const url = urlOf(text.replace(/^unix:(?:\/\/([^/@]*@)?\/|\/(?!\/))/, "redis://$1none/"));
  const db = dbOf(url?.searchParams.get("db") ?? "");
  if (url?.hostname !== "none" || url.pathname === "/" || db === undefined) return undefined;
  return { path: decodeURIComponent(url.pathname), db, ...loginOf(url) };
}

function urlOf(text: string): URL | undefined {
  const url = URL.parse(text);
  if (url === null) return undefined;
  try {
    for (const part of [url.username, url.password, url.pathname]) decodeURIComponent(part);
    return url;
  } catch {
    return undefined;
  }
}

const dbOf = (text: string): number | undefined =>
  /^\d{0,6}$/.test(text) ? Number(text) : undefined;

const loginOf = ({ username, password }: URL): Login => ({
  ...(username !== "" && { username: decodeURIComponent(username) }),
  ...(password !== "" && { password: decodeURIComponent(password) }),
});
