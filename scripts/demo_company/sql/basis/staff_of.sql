-- A member of a team.
create macro staff_of(team, x) as '005' || lpad((
    case team
        {% for team, number, size in teams %}
        when '{{ team }}' then {{ number * 1000 }} + whole(x, 1, {{ size }})
        {% endfor %}
    end
)::varchar, 9, '0')
