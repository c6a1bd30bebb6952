import { apiUrl, request } from './http.ts';
import type {
  CampaignDetail,
  CampaignRow,
  CustomerDetail,
  CustomerRow,
  DeliveryDetail,
  DeliveryMessage,
  DeliveryRow,
  Funnel,
  ImportRun,
  Page,
  TimelineItem,
  Today,
  UpcomingDay,
  UpcomingDelivery,
} from './types.ts';

/** What a list is asked: its filters as they stand in the address, plus paging. */
export type ListQuery = Record<string, string | number | undefined>;

const segment = encodeURIComponent;

export const getToday = () => request<Today>('GET', '/staff/today');

export const listDeliveries = (query: ListQuery) =>
  request<Page<DeliveryRow>>('GET', '/staff/deliveries', { query });
export const getDelivery = (id: string) => request<DeliveryDetail>('GET', `/staff/deliveries/${segment(id)}`);
export const getDeliveryMessage = (id: string) =>
  request<DeliveryMessage>('GET', `/staff/deliveries/${segment(id)}/message`);
/** Where the bytes as sent are downloaded from. */
export const messageFileUrl = (id: string) => apiUrl(`/staff/deliveries/${segment(id)}/message.eml`);

export const listCampaigns = (query: ListQuery) =>
  request<Page<CampaignRow>>('GET', '/staff/campaigns', { query });
export const getCampaign = (key: string) =>
  request<CampaignDetail>('GET', `/staff/campaigns/${segment(key)}`);
export const getCampaignFunnel = (key: string) =>
  request<Funnel>('GET', `/staff/campaigns/${segment(key)}/funnel`);
export const getCampaignUpcoming = (key: string, days: number) =>
  request<{ from: string; to: string; days: UpcomingDay[] }>(
    'GET',
    `/staff/campaigns/${segment(key)}/upcoming`,
    {
      query: { days },
    },
  );

export const listCustomers = (query: ListQuery) =>
  request<Page<CustomerRow>>('GET', '/staff/customers', { query });
export const getCustomer = (id: string) => request<CustomerDetail>('GET', `/staff/customers/${segment(id)}`);
export const getCustomerTimeline = (id: string, query: ListQuery) =>
  request<Page<TimelineItem>>('GET', `/staff/customers/${segment(id)}/timeline`, { query });
export const getCustomerUpcoming = (id: string) =>
  request<{ items: UpcomingDelivery[] }>('GET', `/staff/customers/${segment(id)}/upcoming`);

export const listImports = (query: ListQuery) => request<Page<ImportRun>>('GET', '/staff/imports', { query });
export const getImport = (id: string) => request<ImportRun>('GET', `/staff/imports/${segment(id)}`);
/** Where the rows that were refused are downloaded from, with the reason beside each. */
export const rejectedFileUrl = (id: string) => apiUrl(`/staff/imports/${segment(id)}/rejected`);
