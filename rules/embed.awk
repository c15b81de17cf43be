# Make a table of texts, each with the name of its file without the ending; what a browser
# asks for, with its path and its media type:
#	awk -v header=HEADER -v table='TYPE NAME' -f embed.awk FILE...
BEGIN {
	type["html"] = "text/html; charset=utf-8"
	type["css"] = "text/css; charset=utf-8"
	type["js"] = "text/javascript; charset=utf-8"
	print "/* Made by rules/embed.awk. */"
	print "#include \"" header "\"\n"
	print "const " table "[] = {"
}

FNR == 1 {
	if (open)
		print "\t},"
	name = FILENAME
	sub(/.*\//, "", name)
	ending = name
	sub(/.*\./, "", ending)
	if (ending in type) {
		printf "\t{ \"/%s\", \"%s\",\n", name == "index.html" ? "" : name, type[ending]
	} else {
		sub(/\.[^.]*$/, "", name)
		printf "\t{ \"%s\",\n", name
	}
	open = 1
}

# A backslash in the replacement of gsub() means something else to each awk.
{
	line = ""
	for (i = 1; i <= length($0); i++) {
		c = substr($0, i, 1)
		line = line (c == "\\" || c == "\"" ? "\\" c : c)
	}
	printf "\t  \"%s\\n\"\n", line
}

END {
	if (open)
		print "\t},"
	print "\t{ 0 },"
	print "};"
}
