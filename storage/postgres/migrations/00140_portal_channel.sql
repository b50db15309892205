-- A case may have been filed at another portal: the sender keeps its own receipt, and who applied has no account here.

-- +goose Up
alter table applications add constraint applications_channel check (channel in ('online', 'counter', 'handover', 'portal')) not valid;
alter table applications drop constraint applications_channel_check;

-- +goose Down
alter table applications add constraint applications_channel_check check (channel in ('online', 'counter', 'handover')) not valid;
alter table applications drop constraint applications_channel;
