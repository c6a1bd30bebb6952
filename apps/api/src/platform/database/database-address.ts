/** Where the platform's database is, for the parts that keep connections of their own. */
export class DatabaseAddress {
  constructor(readonly url: string) {}
}
