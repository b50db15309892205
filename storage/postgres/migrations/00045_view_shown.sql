-- How many pages of a file can be seen, beside how many it has. A view copy may be made anew, on request or by a program that can
-- show more: its pages are then written over. Copies of which this program shows more than the one that made them are made anew
-- by the sweep: of a TIFF only the first page was shown, and pictures of the brand mif1 were not.

-- +goose Up
-- +goose StatementBegin
alter table files add column view_shown integer not null default 0; -- pages of the view copy
update files set view_shown = (select count(*) from file_views v where v.file_id = files.id and v.page > 0) where view = 'ready';
update files set view = '', view_reason = '', view_total = 0, view_shown = 0
    where state = 'stored' and (media_type = 'image/tiff' and view <> '' or media_type in ('image/heic', 'image/heif') and view = 'none');
grant update on file_views to onestop_app;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
revoke update on file_views from onestop_app;
alter table files drop column view_shown;
-- +goose StatementEnd
