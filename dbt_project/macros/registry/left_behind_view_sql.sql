{#
    What stays behind in Mailchimp: one row an audience and list on which it has contacts that are ours, or
    segments, in a place that no audience of a project names any more, with what is said of it and the
    command that takes it out. A place goes with the audience that has its segment now; whom an audience
    wants that may create contacts does not stay behind, nor who is in a segment or has a tag by another
    place. Takes the rows of the registry.
#}
{% macro left_behind_view_sql(audiences) %}
    {%- set ledger = dbt_mailchimp.loader_relation("loader_ledger") -%}
    with

        places as ({{ dbt_mailchimp.placements_of(audiences) }}),

        named as (select distinct list_id, segment from places where is_present),

        -- what an audience has now, and what another one has of it under a new name
        kept as (
            select audience, list_id, writes_contacts, has_tags
            from places
            where is_present
            union all
            select old.audience, old.list_id, heir.writes_contacts, heir.has_tags
            from places as old
            inner join places as heir on old.list_id = heir.list_id and old.segment = heir.segment
            where heir.is_present and not old.is_present
        ),

        filled as (
            select distinct list_id, audience, kind, segment
            from {{ ledger }}
            where is_managed and kind in ('contact', 'segment', 'tag')
        ),

        old_places as (
            select filled.*
            from filled
            inner join (select distinct audience from places) as known using (audience)
            left join
                named on filled.list_id = named.list_id and lower(filled.segment) = named.segment
            left join
                kept
                on filled.list_id = kept.list_id
                and filled.audience = kept.audience
                and (
                    (filled.kind = 'contact' and kept.writes_contacts)
                    or (filled.kind = 'tag' and kept.has_tags)
                )
            where named.segment is null and kept.audience is null
        ),

        needed as (
            select wanted.list_id, '' as segment, wanted.email_address
            from {{ dbt_mailchimp.loader_relation("loader_wanted") }} as wanted
            inner join
                (select distinct audience from places where is_present) as present using (audience)
            where wanted.may_create
            union
            select ledger.list_id, lower(ledger.segment), ledger.email_address
            from {{ ledger }} as ledger
            left join old_places using (list_id, audience, kind, segment)
            where
                ledger.is_managed
                and ledger.kind in ('segment', 'tag')
                and old_places.audience is null
            union
            {{ dbt_mailchimp.wanted_tags(audiences) }}
        ),

        people as (
            select
                ledger.list_id, ledger.audience, ledger.kind, ledger.segment, ledger.email_address
            from {{ ledger }} as ledger
            inner join old_places using (list_id, audience, kind, segment)
            inner join
                {{ dbt_mailchimp.loader_relation("mailchimp_members") }} as members
                on ledger.list_id = members.list_id
                and ledger.email_address = members.email_address
            left join
                needed
                on ledger.list_id = needed.list_id
                and lower(ledger.segment) = needed.segment
                and ledger.email_address = needed.email_address
            where
                ledger.is_managed
                and needed.email_address is null
                and case
                    when ledger.kind = 'contact'
                    then not ledger.pre_existing and members.status in ('subscribed', 'pending')
                    -- nobody sees what an archived contact is in
                    else members.status <> 'archived'
                end
        ),

        -- an audience that gives tags may name any segment that it made
        made as (
            select segments.list_id, segments.audience, segments.segment
            from {{ dbt_mailchimp.loader_relation("loader_segments") }} as segments
            inner join (select distinct audience from places) as known using (audience)
            left join
                named
                on segments.list_id = named.list_id
                and lower(segments.segment) = named.segment
            left join
                filled
                on segments.list_id = filled.list_id
                and lower(segments.segment) = lower(filled.segment)
                and segments.audience <> filled.audience
            left join
                kept
                on segments.list_id = kept.list_id
                and segments.audience = kept.audience
                and kept.has_tags
            left join
                (select distinct list_id, segment from needed) as given
                on segments.list_id = given.list_id
                and lower(segments.segment) = given.segment
            where
                segments.is_managed
                and given.segment is null
                and named.segment is null
                and filled.segment is null
                and kept.audience is null
        ),

        things as (
            select list_id, audience, '' as segment, count(*) as contacts
            from people
            where kind = 'contact'
            group by list_id, audience
            union all
            select list_id, audience, min(segment) as segment, 0 as contacts
            from
                (
                    select list_id, audience, segment
                    from people
                    where kind <> 'contact'
                    union all
                    select *
                    from made
                ) as in_segments
            group by list_id, audience, lower(segment)
        ),

        counted as (
            select
                list_id,
                audience,
                cast(sum(contacts) as bigint) as contacts,
                {{ dbt_mailchimp.list_of("segment", "segment <> ''") }} as segments,
                {{
                    dbt_mailchimp.joined_texts(
                        "chr(39) || segment || chr(39)", "segment", "segment <> ''"
                    )
                }} as segment_names,
                count(*) filter (where segment <> '') as number_of_segments
            from things
            group by list_id, audience
        ),

        -- on the list itself what its mapping says, else what the first mapping says
        leaves as (
            select
                counted.list_id,
                counted.audience,
                places.on_leave,
                row_number() over (
                    partition by counted.list_id, counted.audience
                    order by
                        case when places.list_id = counted.list_id then 0 else 1 end, places.place
                ) as nearness
            from counted
            inner join places on counted.audience = places.audience
        ),

        leaving as (
            select counted.*, counted.contacts > 0 and leaves.on_leave = 'keep' as is_kept
            from counted
            inner join
                leaves
                on counted.list_id = leaves.list_id
                and counted.audience = leaves.audience
                and leaves.nearness = 1
        ),

        commands as (
            select
                *,
                'loader retire '
                || audience
                || case when is_kept then ' --on-leave archive' else '' end as command
            from leaving
        )

    select
        audience,
        list_id,
        contacts,
        coalesce(segments, {{ dbt_mailchimp.empty_list() }}) as segments,
        command,
        concat_ws(
            ' and ',
            case
                when contacts > 0
                then
                    {{ dbt_mailchimp.thousands("contacts") }}
                    || case when contacts = 1 then ' contact' else ' contacts' end
            end,
            case when number_of_segments = 1 then 'the segment ' else 'the segments ' end
            || segment_names
        )
        || case when contacts + number_of_segments = 1 then ' stays' else ' stay' end
        || ' behind on the list '
        || list_id
        || '; `'
        || command
        || '` removes '
        || case when contacts + number_of_segments = 1 then 'it' else 'them' end
        || case when is_kept then ' (or unsubscribe instead of archive)' else '' end as said
    from commands
{% endmacro %}

{# What each audience names: one row an audience and list that it feeds. #}
{% macro placements_of(audiences) %}
    select
        cast(null as varchar) as audience,
        cast(null as varchar) as list_id,
        cast(null as varchar) as segment,
        cast(null as boolean) as writes_contacts,
        cast(null as boolean) as has_tags,
        cast(null as varchar) as on_leave,
        cast(null as integer) as place,
        cast(null as boolean) as is_present
    where 1 = 0
    {%- for audience in audiences | sort(attribute="audience") if audience.configuration %}
            {%- set configuration = fromjson(audience.configuration) -%}
        {%- for mapping in configuration.mappings %}
            union all
            select
                {{ dbt_mailchimp.literal(audience.audience) }},
                {{ dbt_mailchimp.literal(mapping.list_id) }},
                lower({{ dbt_mailchimp.literal(mapping.segment) }}),
                {{ "false" if mapping.contacts == "none" else "true" }},
                {{ "true" if configuration.has_tags else "false" }},
                {{ dbt_mailchimp.literal(mapping.on_leave) }},
                {{ loop.index }},
                {{ "false" if audience.status == "removed" else "true" }}
        {%- endfor %}
    {%- endfor %}
{% endmacro %}

{# Who is to have which tag by the audiences that are in a project. #}
{% macro wanted_tags(audiences) %}
    select
        cast(null as varchar) as list_id,
        cast(null as varchar) as segment,
        cast(null as varchar) as email_address
    where 1 = 0
    {%- for audience in audiences | sort(attribute="audience") if (
        audience.configuration and audience.history and audience.status != "removed"
    ) %}
            {%- set configuration = fromjson(audience.configuration) -%}
        {%- for mapping in configuration.mappings if configuration.has_tags %}
            union all
            select
                {{ dbt_mailchimp.literal(mapping.list_id) }},
                {{ dbt_mailchimp.name_key("tag") }},
                email_address
            from
                (
                    select email_address, {{ dbt_mailchimp.unnest_names("tags") }} as tag
                    from {{ audience.history }}
                    where
                        dbt_valid_to is null
                        and marketing_consent
                        and invalid_reason is null
                        and tags is not null
                ) as tagged
        {%- endfor %}
    {%- endfor %}
{% endmacro %}

{# Print what stays behind of the audiences of this project, and the command that removes it. #}
{% macro warn_left_behind() %}
    {%- set query -%}
        select left_behind.audience, left_behind.said
        from {{ dbt_mailchimp.loader_relation("loader_left_behind") }} as left_behind
        inner join
            {{ dbt_mailchimp.loader_relation("loader_audiences") }} as audiences
            on left_behind.audience = audiences.audience
        where audiences.project = {{ dbt_mailchimp.literal(project_name) }}
        order by left_behind.audience, left_behind.list_id
    {%- endset -%}
    {%- for row in run_query(query).rows -%}
        {%- do log("Warning: " ~ row.audience ~ ": " ~ row.said, info=true) -%}
    {%- endfor -%}
{% endmacro %}
