// A button that acts, and asks before it does.

import { useEffect, useRef, useState } from "preact/hooks";

interface ActProps {
  readonly label: string;
  /** What is asked: `Close the connection 01K…-17?`. */
  readonly question: string;
  readonly isAllowed: boolean;
  readonly act: () => Promise<unknown>;
  /** It has been done. */
  readonly done: () => void;
}

export function Act({ label, question, isAllowed, act, done }: ActProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [problem, setProblem] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [isOpen, setOpen] = useState(false);

  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
  }, [isOpen]);

  const confirm = async (): Promise<void> => {
    setBusy(true);
    try {
      await act();
      dialog.current?.close();
      done();
    } catch (thrown) {
      setProblem(thrown instanceof Error ? thrown.message : String(thrown));
    } finally {
      setBusy(false);
    }
  };

  return (
    <>
      <button
        type="button"
        class="act"
        disabled={!isAllowed}
        title={isAllowed ? "" : "start the server with ADMIN_TOKEN to be able to act"}
        onClick={() => {
          setProblem("");
          setOpen(true);
        }}
      >
        {label}
      </button>
      {isOpen && (
        <dialog ref={dialog} aria-label={question} onClose={() => setOpen(false)}>
          <p>{question}</p>
          {problem !== "" && (
            <p class="problem" role="alert">
              {problem}
            </p>
          )}
          <div class="buttons">
            <button type="button" onClick={() => dialog.current?.close()}>
              Cancel
            </button>
            <button type="button" class="danger" disabled={isBusy} onClick={() => void confirm()}>
              {label}
            </button>
          </div>
        </dialog>
      )}
    </>
  );
}
