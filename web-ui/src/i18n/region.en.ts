import type { NumberOperator, NumberSort } from "../api/model";

/** Where a number is registered, and the database that says so. `region.zh.ts` says the same. */
export const region = {
  of: (where: string) => `Registered in: ${where}`,
  /** Beside every region that is shown. */
  caveat:
    "A region is where the number range is registered, not where the person is. Who took the number along to another operator is not known either.",
  province: "Province",
  city: "City",
  choose: "Province …",
  whole: "All cities",
  sorts: {
    landline: "Landline",
    mobile: "Mobile",
    service400: "400 number",
    service800: "800 number",
    service95: "95 number of a company",
    service96: "96 number of the province",
    service1010: "1010 number of a company",
    operator: "Telephone company",
    public: "Public service",
  } satisfies Record<NumberSort, string>,
  operators: {
    china_mobile: "China Mobile",
    china_unicom: "China Unicom",
    china_telecom: "China Telecom",
    china_broadnet: "China Broadnet",
    on_china_mobile: "brand on China Mobile",
    on_china_unicom: "brand on China Unicom",
    on_china_telecom: "brand on China Telecom",
    on_china_broadnet: "brand on China Broadnet",
  } satisfies Record<NumberOperator, string>,
  known: (where: string) => `Number: ${where}`,
  screened: (what: string) => `Met by the blacklist: ${what}`,
  listedOut: (what: string) => `On the blacklist for calls out: ${what}`,
  database: {
    lead: "Tells in which province and city a mobile number is registered, and with which operator. Area codes of landlines are built in.",
    format:
      "A file in the format of phone.dat (xluohome/phonedata), at most 16 MB. It is checked before it is used; calls go on meanwhile.",
    inUse: "In use",
    former: "The one before",
    none: "None: mobile numbers are shown without a region, and lists by region meet landlines only.",
    noFormer: "None",
    version: "Version",
    ranges: "Number ranges",
    size: "Size",
    sum: "SHA-256",
    taken: "Put here",
    bytes: (mb: string) => `${mb} MB`,
    upload: "Upload a database",
    working: "Being checked …",
    replaced: (version: string) => `Version ${version} is in use`,
    restore: "Go back to it",
    restoreTitle: (version: string) => `Go back to version ${version}?`,
    restoreEffect: "The one in use now is kept as the one before.",
  },
};
