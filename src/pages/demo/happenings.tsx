// The log of what happens.

import { Lines } from "../pieces/lines.tsx";
import type { LineLog } from "../pieces/log.ts";

export function Happenings({ events }: { readonly events: LineLog }) {
  return (
    <section class="card events" aria-labelledby="events">
      <h2 id="events">What happens</h2>
      <Lines
        lines={events.lines}
        label="time"
        labelledBy="events"
        testId="event-log"
        empty="Nothing yet."
      />
    </section>
  );
}
