// Connections by protocol and user, or those that do not read.

import { useState } from "preact/hooks";
import { type Connections as ConnectionsAnswer, closeConnection, read } from "./api.ts";
import { Act } from "./confirm.tsx";
import { brief, duration } from "./format.ts";
import { useListed } from "./listed.ts";
import { none, Pages, pageLength } from "./pages.tsx";
import { Search } from "./search.tsx";
import { Table } from "./table.tsx";

interface ConnectionsProps {
  readonly protocols: readonly string[];
  readonly mayAct: boolean;
}

export function Connections({ protocols, mayAct }: ConnectionsProps) {
  const [protocol, setProtocol] = useState("");
  const [user, setUser] = useState("");
  const [isSlow, setSlow] = useState(false);
  const [after, setAfter] = useState("");
  const slow = isSlow ? "true" : "";
  const { answer, problem, refresh } = useListed(`${protocol} ${slow} ${after} ${user}`, () =>
    read<ConnectionsAnswer>("/connections", {
      protocol,
      user,
      slow,
      after,
      limit: `${pageLength}`,
    }),
  );
  const look = (change: () => void): void => {
    change();
    setAfter("");
  };
  return (
    <section class="card" aria-label="Connections">
      <h2>Connections</h2>
      <Search
        protocols={protocols}
        protocol={protocol}
        setProtocol={(next) => look(() => setProtocol(next))}
        label="User is"
        text={user}
        setText={(next) => look(() => setUser(next))}
        refresh={refresh}
        problem={problem}
        missing={answer?.missing}
      >
        <label class="check">
          <input
            type="checkbox"
            checked={isSlow}
            onChange={(event) => {
              const { checked } = event.currentTarget;
              look(() => setSlow(checked));
            }}
          />
          that do not read
        </label>
      </Search>
      <Table
        caption="Connections"
        rows={answer?.connections ?? []}
        keyOf={(row) => row.id}
        empty={answer === undefined ? "Looking…" : none(protocol + user + slow, "connection")}
        columns={[
          { title: "Connection", cell: (row) => <code>{row.id}</code> },
          { title: "Protocol", cell: (row) => row.protocol },
          { title: "User", cell: (row) => row.user ?? "–" },
          { title: "Silent for", isNumber: true, cell: (row) => duration(row.silentSeconds) },
          {
            title: "Waiting",
            isNumber: true,
            cell: (row) =>
              row.queuedFrames === 0
                ? "–"
                : `${brief(row.queuedFrames)} frames, ${brief(row.queuedBytes)} bytes`,
          },
          {
            title: "",
            cell: (row) => (
              <Act
                label="Close"
                question={`Close the connection ${row.id}?`}
                isAllowed={mayAct}
                act={() => closeConnection(row.id)}
                done={refresh}
              />
            ),
          },
        ]}
      />
      <Pages after={after} next={answer?.next} setAfter={setAfter} />
    </section>
  );
}
