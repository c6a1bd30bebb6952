import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('./machine-process.mjs', import.meta.url));

/** A process that plays a machine. */
export class Machine {
  /** @param within a command that runs another one somewhere else, as in another network */
  constructor(within = []) {
    const [command, ...rest] = [...within, process.execPath, program];
    this.child = spawn(command, rest, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.waiting = new Map();
    this.killed = false;
    this.ready = new Promise((resolve, reject) => {
      this.child.once('message', resolve);
      this.child.once('exit', (code, signal) => reject(new Error(`a machine ended: ${code ?? signal}`)));
    });
    // Whoever asks it for something hears of it.
    this.ready.catch(() => undefined);
    this.child.on('message', ({ id, answer, error }) => {
      const asked = this.waiting.get(id);
      if (!asked) return;
      this.waiting.delete(id);
      if (error) asked.reject(new Error(error));
      else asked.resolve(answer);
    });
    this.child.once('exit', (code, signal) => {
      for (const { reject } of this.waiting.values()) reject(new Error(`machine ended: ${code ?? signal}`));
      this.waiting.clear();
    });
  }

  get alive() {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  async ask(ask, given = {}) {
    await this.ready;
    const id = this.waiting.size + Math.random();
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.child.send({ id, ask, ...given });
    });
  }

  async kill() {
    if (!this.alive) return;
    this.killed = true;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }
}

/** Machines that stand ready. Some are started ahead, for starting one takes longer than using it. */
export class Machines {
  constructor(ahead) {
    this.idle = Array.from({ length: ahead }, () => new Machine());
    this.ahead = ahead;
  }

  take() {
    const machine = this.idle.shift() ?? new Machine();
    if (this.idle.length < this.ahead) this.idle.push(new Machine());
    return machine;
  }

  /** Closes what a machine has open, and keeps it for whoever needs one next. */
  async giveBack(machine) {
    if (!machine.alive) return;
    await machine.ask('close');
    this.keep(machine);
  }

  keep(machine) {
    this.idle.unshift(machine);
  }

  async end() {
    await Promise.all(this.idle.splice(0).map((machine) => machine.kill()));
  }
}
