// The microphone: records in pieces, tells the level and the time, and stops by itself in the end.

export const LONGEST_MS = 600_000;
const BITS_PER_SECOND = 32_000; // speech in Opus is clear at 24 to 32 kbit/s
const PIECE_MS = 1000;
const LOOK_EVERY_MS = 80;
const QUIETEST_DB = -60;
const LOUDEST_DB = -12;
const TYPES = ["audio/webm;codecs=opus", "audio/mp4;codecs=mp4a.40.2", "audio/mp4", "audio/ogg;codecs=opus"];
const WANTED = { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true };

export const canRecord = () =>
  isSecureContext && Boolean(navigator.mediaDevices?.getUserMedia) && "MediaRecorder" in window;

export class Recorder {
  #stream;
  #recorder;
  #listener;
  #context = null;
  #pieces = [];
  #started = performance.now();
  #ms = 0;
  #timer;

  /**
   * Asks for the microphone; rejects as `getUserMedia` does. `listener` has `piece(blob, ms)`,
   * `look(ms, level)` (level from 0 to 1, null: not known) and `ended(blob, ms)`, told once.
   */
  static async start(listener) {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: WANTED });
    try {
      return new Recorder(stream, listener);
    } catch (error) {
      stream.getTracks().forEach((track) => track.stop());
      throw error;
    }
  }

  constructor(stream, listener) {
    this.#stream = stream;
    this.#listener = listener;
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    this.#recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: BITS_PER_SECOND });
    this.#recorder.ondataavailable = ({ data }) => this.#take(data);
    this.#recorder.onstop = () => this.#end();
    this.#recorder.start(PIECE_MS);
    // The track ends when the device is unplugged or a call takes it: what was said until then is kept.
    for (const track of stream.getTracks()) track.onended = () => this.stop();
    const level = this.#meter();
    this.#timer = setInterval(() => this.#look(level), LOOK_EVERY_MS);
  }

  stop() {
    if (this.#recorder.state === "inactive") return;
    this.#ms = this.#elapsed();
    this.#recorder.stop();
  }

  /** Stops, and nobody hears of it any more. */
  cancel() {
    this.#recorder.onstop = this.#recorder.ondataavailable = null;
    this.stop();
    this.#letGo();
  }

  #elapsed() {
    return Math.min(LONGEST_MS, Math.round(performance.now() - this.#started));
  }

  #take(data) {
    if (!data.size) return;
    this.#pieces.push(data);
    this.#listener.piece(data, this.#ms || this.#elapsed());
  }

  #look(level) {
    const ms = this.#elapsed();
    this.#listener.look(ms, level());
    if (ms >= LONGEST_MS) this.stop();
  }

  #end() {
    this.#letGo();
    const type = this.#recorder.mimeType || this.#pieces[0]?.type;
    this.#listener.ended(new Blob(this.#pieces, { type }), this.#ms || this.#elapsed());
  }

  #letGo() {
    clearInterval(this.#timer);
    this.#stream.getTracks().forEach((track) => track.stop());
    this.#context?.close();
    this.#context = null;
  }

  #meter() {
    try {
      this.#context = new AudioContext();
      const analyser = this.#context.createAnalyser();
      analyser.fftSize = 2048;
      this.#context.createMediaStreamSource(this.#stream).connect(analyser);
      const samples = new Float32Array(analyser.fftSize);
      return () => {
        analyser.getFloatTimeDomainData(samples);
        const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
        const level = (10 * Math.log10(power + 1e-12) - QUIETEST_DB) / (LOUDEST_DB - QUIETEST_DB);
        return Math.max(0, Math.min(1, level));
      };
    } catch {
      return () => null; // the recording does not depend on it
    }
  }
}
