/** A column of a desk list: its heading, the field it sorts by if it may, and whether it holds numbers. */
export type Column = { label: string; sort?: string; number?: boolean };
