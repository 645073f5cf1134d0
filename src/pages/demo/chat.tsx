// What people say, and the files that they send.

import { useRef } from "preact/hooks";
import { Lines } from "../pieces/lines.tsx";
import type { Meeting } from "./meeting.ts";
import type { Transfer } from "./transfers.ts";
import { maxMessageLength } from "./visit.ts";

export function Chat({ meeting }: { readonly meeting: Meeting }) {
  const { chat, files, isIn } = meeting;
  const input = useRef<HTMLInputElement>(null);
  const say = (): void => {
    const text = input.current?.value.trim() ?? "";
    if (input.current !== null) input.current.value = "";
    if (text !== "") meeting.say(text);
  };
  return (
    <section class="card chat" aria-labelledby="chat">
      <h2 id="chat">Chat</h2>
      <Lines
        lines={chat.lines}
        label="name"
        labelledBy="chat"
        testId="chat-log"
        empty="Messages go straight to everyone who is connected."
      />
      {files.transfers.length > 0 && (
        <ul class="files" data-testid="files">
          {files.transfers.map((transfer) => (
            <TransferItem
              key={transfer.number}
              {...transfer}
              cancel={() => files.cancel(transfer)}
            />
          ))}
        </ul>
      )}
      <form
        class="fields"
        data-testid="chat-form"
        onSubmit={(event) => {
          event.preventDefault();
          say();
        }}
      >
        <input
          ref={input}
          aria-label="Message"
          placeholder="Message"
          maxLength={maxMessageLength}
          autocomplete="off"
          enterkeyhint="send"
          disabled={!isIn}
          data-testid="chat-input"
        />
        <button type="submit" disabled={!isIn} data-testid="chat-send">
          Send
        </button>
        <FileButton isAllowed={isIn} send={(file) => meeting.sendFile(file)} />
      </form>
    </section>
  );
}

interface FileButtonProps {
  readonly isAllowed: boolean;
  readonly send: (file: File) => void;
}

function FileButton({ isAllowed, send }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        data-testid="file-input"
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          // The same file can be sent again.
          if (file !== undefined) send(file);
          currentTarget.value = "";
        }}
      />
      <button
        type="button"
        disabled={!isAllowed}
        data-testid="send-file"
        onClick={() => input.current?.click()}
      >
        Send a file
      </button>
    </>
  );
}

interface TransferItemProps extends Transfer {
  readonly cancel: () => void;
}

function TransferItem({ name, size, who, progress, state, url, cancel }: TransferItemProps) {
  const isOver = state === "interrupted" || state === "cancelled";
  return (
    <li data-testid="file" data-state={state}>
      <span class="name">{name}</span>
      <span class="who">
        {bytes(size)}, {who}
        {isOver && `, ${state}`}
      </span>
      {state === "going" && (
        <>
          <progress value={progress} aria-label={`Progress of ${name}`} />
          <button
            type="button"
            aria-label={`Cancel ${name}`}
            data-testid="cancel-file"
            onClick={cancel}
          >
            Cancel
          </button>
        </>
      )}
      {url !== undefined && (
        <a href={url} download={name} data-testid="save-file">
          Save
        </a>
      )}
    </li>
  );
}

const units = ["bytes", "KiB", "MiB"] as const;

/** `1.4 MiB`. */
function bytes(size: number): string {
  const power = size < 1024 ? 0 : size < 1024 * 1024 ? 1 : 2;
  const amount = size / 1024 ** power;
  return `${power === 0 ? amount : amount.toFixed(1)} ${units[power]}`;
}
