/** Shades for both colour schemes, all `#rrggbb`. */
export type Theme = {
  /** The brand colour as given, for surfaces. */
  brand: string;
  onBrand: string;
  /** Readable as text on white. */
  ink: string;
  darkBrand: string;
  onDarkBrand: string;
  /** Readable as text on the dark card. */
  darkInk: string;
};

type Rgb = readonly [number, number, number];

const white: Rgb = [255, 255, 255];
const black: Rgb = [20, 24, 30];
/** The card's background in the dark scheme, as in layout.mjml. */
const darkCard: Rgb = [28, 34, 43];
/** WCAG 2.2 level AA for text asks for 4.5; many readers are elderly, so a little more. */
const readable = 5.5;
/** WCAG 2.2 for parts of the interface: a button must stand out from what it lies on. */
const visible = 3;

/**
 * Every shade a message needs, from the one colour an insurer chooses. Yellow stays yellow on the
 * button and turns to a dark ochre where it is text.
 *
 * @param colour `#rrggbb`
 */
export function deriveTheme(colour: string): Theme {
  const brand = parse(colour);
  const darkBrand = shiftUntil(brand, white, darkCard, visible);
  return {
    brand: hex(brand),
    onBrand: hex(textOn(brand)),
    ink: hex(shiftUntil(brand, black, white, readable)),
    darkBrand: hex(darkBrand),
    onDarkBrand: hex(textOn(darkBrand)),
    darkInk: hex(shiftUntil(brand, white, darkCard, readable)),
  };
}

/** WCAG contrast ratio of two `#rrggbb` colours, 1 to 21. */
export function contrast(a: string, b: string): number {
  return ratio(parse(a), parse(b));
}

function textOn(surface: Rgb): Rgb {
  return ratio(white, surface) >= 4.5 || ratio(white, surface) >= ratio(black, surface) ? white : black;
}

function shiftUntil(from: Rgb, towards: Rgb, against: Rgb, wanted: number): Rgb {
  for (let step = 0; step < 20; step += 1) {
    const shade = mix(from, towards, step / 20);
    if (ratio(shade, against) >= wanted) return shade;
  }
  return towards;
}

function mix(a: Rgb, b: Rgb, share: number): Rgb {
  const channel = (i: 0 | 1 | 2) => Math.round(a[i] + (b[i] - a[i]) * share);
  return [channel(0), channel(1), channel(2)];
}

function ratio(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function parse(colour: string): Rgb {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function hex(colour: Rgb): string {
  return `#${colour.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
