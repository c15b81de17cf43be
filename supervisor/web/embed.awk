# Make the table of web.h: awk -f embed.awk FILE...
BEGIN {
	type["html"] = "text/html; charset=utf-8"
	type["css"] = "text/css; charset=utf-8"
	type["js"] = "text/javascript; charset=utf-8"
	print "/* Made by supervisor/web/embed.awk. */"
	print "#include \"web.h\"\n"
	print "const struct web_file web_files[] = {"
}

FNR == 1 {
	if (open)
		print "\t},"
	name = FILENAME
	sub(/.*\//, "", name)
	ending = name
	sub(/.*\./, "", ending)
	printf "\t{ \"/%s\", \"%s\",\n", name == "index.html" ? "" : name, type[ending]
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
