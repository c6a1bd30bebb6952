import { execFileSync } from 'node:child_process';

/** Why machines with networks of their own cannot be made here; null where they can. */
export function whyNoNetworks(): string | null {
  if (process.platform !== 'linux') return 'there are network namespaces on Linux only';
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  const name = `acp${process.pid}`;
  try {
    ip('netns', 'add', name);
    ip('link', 'add', name, 'type', 'veth', 'peer', 'name', `${name}b`);
    ip('link', 'del', name);
    ip('netns', 'del', name);
    return null;
  } catch (error) {
    return `the kernel or its tools do not offer them: ${String(error).slice(0, 200)}`;
  }
}

/** A machine's place in the network. */
export interface NetworkHost {
  address: string;
  /** The command that runs another one there. */
  within: string[];
  /** Nothing comes through any more, and neither side is told: connections stay open, half of them. */
  cutOff(): void;
  bringBack(): void;
}

/** A network of machines: namespaces of the kernel, each with an address of its own, joined by a bridge. */
export class Network {
  private readonly hosts: { name: string; cable: string }[] = [];
  private readonly bridge = `acb${process.pid}`;
  private readonly net = `10.213.${process.pid % 250}`;

  constructor() {
    ip('link', 'add', this.bridge, 'type', 'bridge');
    ip('addr', 'add', `${this.address}/24`, 'dev', this.bridge);
    ip('link', 'set', this.bridge, 'up');
  }

  /** Where the test itself is in this network. */
  get address(): string {
    return `${this.net}.1`;
  }

  host(): NetworkHost {
    const number = this.hosts.length + 2;
    const name = `ac${process.pid}n${number}`;
    const cable = `acv${process.pid}n${number}`;
    const address = `${this.net}.${number}`;
    this.hosts.push({ name, cable });
    ip('netns', 'add', name);
    ip('link', 'add', cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
    ip('link', 'set', cable, 'master', this.bridge, 'up');
    ip('-n', name, 'addr', 'add', `${address}/24`, 'dev', 'eth0');
    ip('-n', name, 'link', 'set', 'eth0', 'up');
    ip('-n', name, 'link', 'set', 'lo', 'up');
    return {
      address,
      within: ['ip', 'netns', 'exec', name],
      // Taken off the bridge the cable leads nowhere, and stays plugged in: as silent as a loss of every packet.
      cutOff: () => ip('link', 'set', cable, 'nomaster'),
      bringBack: () => ip('link', 'set', cable, 'master', this.bridge),
    };
  }

  close(): void {
    for (const { name, cable } of this.hosts) {
      // By itself it would go only when the last process in the namespace has ended.
      ip('link', 'del', cable);
      ip('netns', 'del', name);
    }
    ip('link', 'del', this.bridge);
  }
}

function ip(...words: string[]): void {
  execFileSync('ip', words, { stdio: ['ignore', 'ignore', 'pipe'] });
}
