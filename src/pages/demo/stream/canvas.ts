// A picture for those without a camera: a clock and a ball, drawn here, so that one sees at once whether
// it still moves.

export interface Drawing {
  readonly stream: MediaStream;
  readonly stop: () => void;
}

const [width, height] = [640, 360];

const framesPerSecond = 25;

/** Draws until stopped, on a timer: animation frames stop altogether once a tab is hidden. */
export function startDrawing(): Drawing {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this browser draws no pictures");
  draw(context);
  const timer = setInterval(() => draw(context), 1000 / framesPerSecond);
  const stream = canvas.captureStream(framesPerSecond);
  const stop = () => {
    clearInterval(timer);
    for (const track of stream.getTracks()) track.stop();
  };
  return { stream, stop };
}

function draw(context: CanvasRenderingContext2D): void {
  const seconds = Date.now() / 1000;
  const hue = (seconds * 20) % 360;
  context.fillStyle = `hsl(${hue} 45% 30%)`;
  context.fillRect(0, 0, width, height);
  context.fillStyle = `hsl(${(hue + 150) % 360} 80% 65%)`;
  context.beginPath();
  context.arc(swing(seconds / 3, width), swing(seconds / 2, height), 36, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = "#fff";
  context.font = "600 56px system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(new Date().toLocaleTimeString(), width / 2, height / 2);
}

/** Between the edges, to and fro: once for each whole number of `turns`. */
const swing = (turns: number, length: number): number =>
  40 + (length - 80) * (0.5 - Math.cos(turns * 2 * Math.PI) / 2);
