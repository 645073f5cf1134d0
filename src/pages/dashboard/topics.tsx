// Topics by the beginning of their names, and who is in one of them.

import { useState } from "preact/hooks";
import {
  closeConnection,
  closeTopic,
  type MemberRow,
  type Members,
  pathOf,
  read,
  type TopicRow,
  type Topics as TopicsAnswer,
} from "./api.ts";
import { Act } from "./confirm.tsx";
import { count } from "./format.ts";
import { useListed } from "./listed.ts";
import { none, Pages, pageLength } from "./pages.tsx";
import { Search } from "./search.tsx";
import { Table } from "./table.tsx";

interface TopicsProps {
  readonly protocols: readonly string[];
  readonly mayAct: boolean;
}

export function Topics({ protocols, mayAct }: TopicsProps) {
  const [protocol, setProtocol] = useState("");
  const [prefix, setPrefix] = useState("");
  const [after, setAfter] = useState("");
  const [shown, setShown] = useState<TopicRow>();
  const { answer, problem, refresh } = useListed(`${protocol} ${prefix} ${after}`, () =>
    read<TopicsAnswer>("/topics", { protocol, prefix, after, limit: `${pageLength}` }),
  );
  const look = (change: () => void): void => {
    change();
    setAfter("");
  };
  return (
    <section class="card" aria-label="Topics">
      <h2>Topics</h2>
      <Search
        protocols={protocols}
        protocol={protocol}
        setProtocol={(next) => look(() => setProtocol(next))}
        label="Name begins with"
        text={prefix}
        setText={(next) => look(() => setPrefix(next))}
        refresh={refresh}
        problem={problem}
        missing={answer?.missing}
      />
      <Table
        caption="Topics"
        rows={answer?.topics ?? []}
        keyOf={(row) => `${row.protocol}/${row.name}`}
        empty={answer === undefined ? "Looking…" : none(protocol + prefix, "topic")}
        columns={[
          { title: "Protocol", cell: (row) => row.protocol },
          { title: "Name", cell: (row) => <code>{row.name}</code> },
          { title: "Members", isNumber: true, cell: (row) => count(row.members) },
          {
            title: "",
            cell: (row) => (
              <span class="acts">
                <button type="button" onClick={() => setShown(row)}>
                  Members
                </button>
                <Act
                  label="Close"
                  question={`Close the connections of all ${row.members} members of ${row.name}?`}
                  isAllowed={mayAct}
                  act={() => closeTopic(row)}
                  done={refresh}
                />
              </span>
            ),
          },
        ]}
      />
      <Pages after={after} next={answer?.next} setAfter={setAfter} />
      {shown !== undefined && (
        <MembersOf
          key={`${shown.protocol}/${shown.name}`}
          topic={shown}
          mayAct={mayAct}
          done={() => setShown(undefined)}
        />
      )}
    </section>
  );
}

interface MembersProps {
  readonly topic: TopicRow;
  readonly mayAct: boolean;
  readonly done: () => void;
}

function MembersOf({ topic, mayAct, done }: MembersProps) {
  const { answer, problem, refresh } = useListed("members", () =>
    read<Members>(pathOf(topic), { limit: "100" }),
  );
  return (
    <section class="inset" aria-label={`Members of ${topic.name}`}>
      <div class="heading">
        <h3>
          Members of <code>{topic.name}</code>
        </h3>
        <button type="button" onClick={done}>
          Hide
        </button>
      </div>
      {problem !== "" && <p class="problem">{problem}</p>}
      <Table<MemberRow>
        caption={`Members of ${topic.name}`}
        rows={problem === "" ? (answer?.members ?? []) : []}
        keyOf={(row) => row.connection + row.id}
        empty={answer === undefined ? "Looking…" : "Nobody is there any more."}
        columns={[
          { title: "Id", cell: (row) => <code>{row.id}</code> },
          { title: "User", cell: (row) => row.user ?? "–" },
          { title: "Connection", cell: (row) => <code>{row.connection}</code> },
          {
            title: "",
            cell: (row) => (
              <Act
                label="Close"
                question={`Close the connection ${row.connection}?`}
                isAllowed={mayAct}
                act={() => closeConnection(row.connection)}
                done={refresh}
              />
            ),
          },
        ]}
      />
    </section>
  );
}
