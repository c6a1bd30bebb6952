import { Injectable } from '@nestjs/common';
import { derivedKey } from '../../platform/auth/derived-key.js';
import { bodyOfToken, macBytes, signedToken } from '../../platform/auth/signature.js';
import { readUuid, uuidBytes, writeUuid } from '../../platform/auth/uuid-octets.js';
import { Config } from '../../platform/config/config.js';

/** The letter that a link or a picture is in: a row of the ledger. */
export interface TrackedLetter {
  deliveryId: string;
  /** Its anchor date, YYYY-MM-DD: the part of the ledger that the row is in. */
  anchorDate: string;
}

/** What an address of ours says once its signature has been found good. */
export interface TrackedLink extends TrackedLetter {
  /** The link's number among those of its letter, from 0. */
  link: number;
  target: string;
}

/** Makes the addresses that tell a click or an opening, and reads them. */
export interface TrackedLinks {
  /**
   * A function for one letter, that gives the address to put in a link's place. The same link gets the same address
   * wherever it stands, and a letter that is sent again the same ones. What leads to no web page (mailto, tel), the
   * way out of our letters, and links too long to be packed come back as they are.
   */
  clicks(letter: TrackedLetter): (url: string) => string;
  /** The address of the picture that tells that the letter was opened. */
  openPixel(letter: TrackedLetter): string;
  /** What the token of a link says, or null when it is not one of ours in every bit. */
  readClick(token: string): TrackedLink | null;
  /** What the token of a picture says, or null. */
  readOpen(token: string): TrackedLetter | null;
  /**
   * A part of a letter as it is shown on our own pages: its links lead straight to where they lead in the end, and its
   * picture is gone, so that whoever looks at it there is not taken for its reader.
   */
  untracked(part: string, kind: 'html' | 'text'): string;
}

const version = 1;
const dayBytes = 3;
/** Version, delivery id, anchor date. */
const letterBytes = 1 + uuidBytes + dayBytes;
const linkBytes = letterBytes + 1;
const dayMs = 86_400_000;
/** Longer ones would make addresses that some mail programs cut. */
const longestTarget = 1200;
const mostLinks = 256;

/**
 * Signed, not stored: where a link leads is in the link itself, under our signature, so it leads nowhere that was not
 * in a letter of ours, and works without the database.
 *
 * Layout of a token, base64url: version (1 byte) · delivery id (16) · anchor date in days since 1970 (3) · of a link
 * its number (1) and its target · the first 128 bits of an HMAC-SHA256 over all of it, under a key of its own for
 * links and for pictures. It is called for every link of every letter: what a letter's links share is packed once.
 */
export function trackedLinks({ publicUrl, secret }: Pick<Config, 'publicUrl' | 'secret'>): TrackedLinks {
  const clickKey = derivedKey(secret, 'click link');
  const openKey = derivedKey(secret, 'open pixel');
  const wayOut = `${publicUrl}/u/`;
  const readClick = (token: string): TrackedLink | null => {
    const body = bodyOf(clickKey, token);
    if (body === null || body.length <= linkBytes) return null;
    const target = body.toString('utf8', linkBytes);
    return isWebAddress(target) ? { ...letterOf(body), link: body.readUInt8(letterBytes), target } : null;
  };
  const readOpen = (token: string): TrackedLetter | null => {
    const body = bodyOf(openKey, token);
    return body?.length === letterBytes ? letterOf(body) : null;
  };
  return {
    clicks(letter) {
      const head = letterHead(letter);
      const known = new Map<string, string>();
      return (url) => {
        const made = known.get(url);
        if (made !== undefined) return made;
        if (!isWebAddress(url) || url.length > longestTarget || url.startsWith(wayOut)) return url;
        if (known.size === mostLinks) return url;
        const token = Buffer.allocUnsafe(linkBytes + Buffer.byteLength(url) + macBytes);
        head.copy(token, 0, 0, letterBytes);
        token[letterBytes] = known.size;
        token.write(url, linkBytes);
        const address = `${publicUrl}/c/${signedToken(clickKey, token)}`;
        known.set(url, address);
        return address;
      };
    },
    openPixel: (letter) => `${publicUrl}/o/${signedToken(openKey, letterHead(letter))}.gif`,
    readClick,
    readOpen,
    untracked: (part, kind) =>
      part
        .replace(/https?:\/\/[^\s"'<>]+?\/c\/([\w-]+)/g, (address: string, token: string) => {
          const link = readClick(token);
          if (link === null) return address;
          return kind === 'html' ? link.target.replaceAll('&', '&amp;') : link.target;
        })
        .replace(/<img\b[^>]*\/o\/([\w-]+)\.gif[^>]*>/g, (image: string, token: string) =>
          readOpen(token) === null ? image : '',
        ),
  };
}

/** @see trackedLinks */
@Injectable()
export class TrackedLinksService implements TrackedLinks {
  readonly clicks: TrackedLinks['clicks'];
  readonly openPixel: TrackedLinks['openPixel'];
  readonly readClick: TrackedLinks['readClick'];
  readonly readOpen: TrackedLinks['readOpen'];
  readonly untracked: TrackedLinks['untracked'];

  constructor(config: Config) {
    ({
      clicks: this.clicks,
      openPixel: this.openPixel,
      readClick: this.readClick,
      readOpen: this.readOpen,
      untracked: this.untracked,
    } = trackedLinks(config));
  }
}

/** What a token says, if its signature is good. */
function bodyOf(key: Buffer, token: string): Buffer | null {
  const body = bodyOfToken(key, token);
  return body !== null && body.length >= letterBytes && body[0] === version ? body : null;
}

function isWebAddress(url: string): boolean {
  return /^https?:\/\/[^\s"'<>\\]+$/i.test(url) && URL.canParse(url);
}

/** With room for a signature. */
function letterHead({ deliveryId, anchorDate }: TrackedLetter): Buffer {
  const head = Buffer.alloc(letterBytes + macBytes);
  head[0] = version;
  writeUuid(deliveryId, head, 1);
  head.writeIntBE(Date.parse(anchorDate) / dayMs, 1 + uuidBytes, dayBytes);
  return head;
}

function letterOf(body: Buffer): TrackedLetter {
  return {
    deliveryId: readUuid(body, 1),
    anchorDate: new Date(body.readIntBE(1 + uuidBytes, dayBytes) * dayMs).toISOString().slice(0, 10),
  };
}
