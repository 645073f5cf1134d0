// Draws a page anew after changes of what it shows, once for all changes of a turn.

/** @returns what to call after a change */
export function redrawing(draw: () => void): () => void {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    queueMicrotask(() => {
      isDue = false;
      draw();
    });
  };
}
